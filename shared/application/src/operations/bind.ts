import type { BindCard, CardId, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import { bodyHash, canonicalJson, formatCardId, formatTime, formatOperationId } from "@scrip/wire";
import { balancesOf } from "./answers.ts";
import { conclude } from "../keyed/conclude.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { commitmentOf, identifyHolder } from "./holders.ts";
import type { Attempt, KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";

export interface BindRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  /** The card whose code was shown. */
  readonly cardId: CardId;
  readonly holder: string;
  readonly maySee: (programId: ProgramId) => boolean;
}

/** Puts a card into the wallet of a holder. */
export async function bindCard(
  ports: OperationPorts,
  turns: Turns,
  request: BindRequest,
): Promise<KeyedResult> {
  const { opId, cardId } = request;
  const identity = await identifyHolder(ports, request.holder);
  const operation = {
    opId,
    bodyHash: bodyHash(
      ports.hash,
      canonicalJson({ act: "bind", cardId, wallet: identity.walletId }),
    ),
    attempt: () => attempt(ports, request, identity),
  };
  return await turns.take(`card ${cardId}`, () => runKeyed(ports.store, operation));
}

async function attempt(
  ports: OperationPorts,
  request: BindRequest,
  identity: HolderIdentity,
): Promise<Attempt> {
  const nowMs = ports.clock.nowMs();
  const { cardId } = request;
  const record = await ports.store.card(cardId);
  if (record === undefined || !request.maySee(record.card.programId)) {
    return { kind: "DECLINE", shard: null, refusal: { code: "CARD_NOT_FOUND" }, atMs: nowMs };
  }
  const shard = shardOf(cardId, ports.store.shards);
  const program = ports.registry.program(record.card.programId) ?? null;
  const command: BindCard = {
    type: "BindCard",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    holder: commitmentOf(ports, identity, record.card.programId),
  };
  // The candidate goes first: the index may hold too much, never too little.
  await ports.store.addWalletCandidate({ walletId: identity.walletId, cardId });
  return conclude(ports, {
    command,
    situation: situationOf(program, [record.card]),
    type: "CardBound",
    shard,
    walletOf: () => identity.walletId,
    answer: (event, { cards }) => ({
      operation: {
        id: formatOperationId({ kind: "bd", decisionShard: shard, opId: request.opId }),
        type: "BIND",
        status: "COMPLETED",
        cardId: formatCardId(cardId),
        programId: event.programId,
        at: formatTime(event.atMs),
      },
      balances: [balancesOf(cards, record.card.unit)],
    }),
  });
}
