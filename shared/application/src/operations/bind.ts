import type { BindCard, CardId, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import { bodyHash, canonicalJson, formatCardId, formatOperationId, formatTime } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { declined, type Attempt } from "../keyed/attempt.ts";
import { conclude } from "../keyed/conclude.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";
import { balancesOf } from "./answers.ts";
import { commitmentOf, identifyHolder } from "./holders.ts";
import { cardTurn } from "./tender.ts";

export interface BindRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  /** The card whose code was shown. */
  readonly cardId: CardId;
  readonly holder: string;
  /** Whether this caller may touch cards of the program; false: the card is as good as unknown. */
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
  const asked = { act: "bind", cardId, wallet: identity.walletId };
  const operation = {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
    attempt: () => attempt(ports, request, identity),
  };
  return await turns.take(cardTurn(cardId), () => runKeyed(ports.store, operation));
}

async function attempt(
  ports: OperationPorts,
  request: BindRequest,
  identity: HolderIdentity,
): Promise<Attempt> {
  const { cardId, opId } = request;
  const record = await ports.store.card(cardId);
  const nowMs = ports.clock.nowMs();
  if (record === undefined || !request.maySee(record.card.programId))
    return declined({ code: "CARD_NOT_FOUND" }, nowMs);
  const { programId, unit } = record.card;
  const lookup = await committedProgram(ports, programId);
  if (lookup.kind === "NOT_COMMITTED_YET") return lookup;
  if (lookup.kind === "NOT_FOUND") return declined({ code: "PROGRAM_NOT_FOUND" }, nowMs);
  const holder = commitmentOf(ports, identity, programId);
  const command: BindCard = { type: "BindCard", nowMs, actor: request.caller, opId, holder };
  const { walletId } = identity;
  const shard = shardOf(cardId, ports.store.shards);
  return conclude(ports, {
    command,
    situation: situationOf(lookup.thing, [record.card]),
    type: "CardBound",
    shard,
    walletOf: () => walletId,
    // The candidate goes first: the index may hold too much, never too little.
    before: () => ports.store.addWalletCandidate({ walletId, cardId }),
    answer: (event, { cards }) => ({
      operation: {
        id: formatOperationId({ kind: "bd", decisionShard: shard, opId }),
        type: "BIND",
        status: "COMPLETED",
        cardId: formatCardId(cardId),
        programId,
        at: formatTime(event.atMs),
      },
      balances: [balancesOf(cards, unit)],
    }),
  });
}
