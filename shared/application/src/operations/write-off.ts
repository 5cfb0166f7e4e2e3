import type {
  Amount,
  Card,
  CardId,
  OpId,
  ParticipantId,
  Program,
  ProgramId,
  Tender,
  Unit,
  WriteOff,
} from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardRecord, HolderIdentity } from "@scrip/ports";
import { bodyHash, canonicalJson, formatTime, formatOperationId } from "@scrip/wire";
import { balancesOf, partsOf, totalOf } from "./answers.ts";
import type { Plan } from "../keyed/conclude.ts";
import { conclude } from "../keyed/conclude.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { commitmentOf, identifyHolder, walletRecords } from "./holders.ts";
import type { Attempt, KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";

/** What the checkout shows: a code (as its card id), or a wallet with either its lots or one bound card. */
export type ShownTender =
  | { readonly kind: "CODE"; readonly cardId: CardId }
  | { readonly kind: "LOTS"; readonly holder: string; readonly programId: ProgramId }
  | { readonly kind: "BOUND_CARD"; readonly holder: string; readonly cardId: CardId };

export interface WriteOffRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly acceptor: ParticipantId;
  readonly amount: Amount;
  readonly unit: Unit | null;
  readonly tender: ShownTender;
  readonly allowPartial: boolean;
  readonly minimumAvailable: Amount;
  readonly reference: string | null;
  readonly businessAtMs: number | null;
  /** Whether this caller may touch cards of the program; false: the card is as good as unknown. */
  readonly maySee: (programId: ProgramId) => boolean;
}

/** Writes off: one sale, one event, one outcome under the key. */
export async function writeOff(
  ports: OperationPorts,
  turns: Turns,
  request: WriteOffRequest,
): Promise<KeyedResult> {
  const { tender } = request;
  const identity = tender.kind === "CODE" ? null : await identifyHolder(ports, tender.holder);
  const turn = tender.kind === "LOTS" ? `wallet ${identity?.walletId}` : `card ${tender.cardId}`;
  const operation = {
    opId: request.opId,
    bodyHash: hashOf(ports, request, identity),
    attempt: () => attempt(ports, request, identity),
  };
  return await turns.take(turn, () => runKeyed(ports.store, operation));
}

/** Hash of what was asked, with card and wallet ids in place of code and holder. */
function hashOf(
  ports: OperationPorts,
  request: WriteOffRequest,
  identity: HolderIdentity | null,
): string {
  const { tender, acceptor, unit, allowPartial, reference, businessAtMs } = request;
  const shown =
    tender.kind === "LOTS"
      ? { wallet: identity?.walletId ?? "", programId: tender.programId }
      : { wallet: identity?.walletId ?? null, cardId: tender.cardId };
  const amounts = {
    amount: Number(request.amount),
    minimumAvailable: Number(request.minimumAvailable),
  };
  const body = {
    act: "write-off",
    acceptor,
    unit,
    allowPartial,
    reference,
    businessAtMs,
    tender: shown,
    ...amounts,
  };
  return bodyHash(ports.hash, canonicalJson(body));
}

async function attempt(
  ports: OperationPorts,
  request: WriteOffRequest,
  identity: HolderIdentity | null,
): Promise<Attempt> {
  const nowMs = ports.clock.nowMs();
  const found = await load(ports, request.tender, identity);
  const programId =
    request.tender.kind === "LOTS" ? request.tender.programId : found[0]?.card.programId;
  if (programId === undefined || !request.maySee(programId)) {
    return { kind: "DECLINE", shard: null, refusal: { code: "CARD_NOT_FOUND" }, atMs: nowMs };
  }
  const program = ports.registry.program(programId) ?? null;
  const holder = identity === null ? null : commitmentOf(ports, identity, programId);
  const tender: Tender = holder === null ? { kind: "CODE" } : { kind: "WALLET", holder };
  const command: WriteOff = {
    type: "WriteOff",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    tender,
    unit: request.unit,
    amount: request.amount,
    allowPartial: request.allowPartial,
    minimumAvailable: request.minimumAvailable,
    acceptor: request.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
  const shard = shardOf(
    found[0]?.card.cardId ?? identity?.walletId ?? request.opId,
    ports.store.shards,
  );
  return conclude(ports, planOf(request, { command, found, program, shard }));
}

/** The card shown, or every lot of the wallet in this program. */
async function load(
  ports: OperationPorts,
  tender: ShownTender,
  identity: HolderIdentity | null,
): Promise<CardRecord[]> {
  if (tender.kind !== "LOTS") {
    const record = await ports.store.card(tender.cardId);
    return record === undefined ? [] : [record];
  }
  if (identity === null) return [];
  const records = await walletRecords(ports.store, identity.walletId);
  return records.filter(({ card }) => card.batchId === null && card.programId === tender.programId);
}

interface Loaded {
  readonly command: WriteOff;
  readonly found: readonly CardRecord[];
  readonly program: Program | null;
  readonly shard: number;
}

function planOf(request: WriteOffRequest, loaded: Loaded): Plan<"CardWrittenOff"> {
  const { command, found, program, shard } = loaded;
  const before = found.map((record) => record.card);
  const wallets = new Map(found.map((record) => [record.card.cardId, record.walletId]));
  const balances = (cards: readonly Card[]) =>
    program === null ? [] : [balancesOf(cards, program.unit)];
  return {
    command,
    situation: situationOf(program, before),
    type: "CardWrittenOff",
    shard,
    walletOf: (card) => wallets.get(card.cardId) ?? null,
    seen: { balances: balances(before) },
    answer: (event, { cards }) => ({
      operation: {
        id: formatOperationId({ kind: "wo", decisionShard: shard, opId: request.opId }),
        type: "WRITE_OFF",
        status: "COMPLETED",
        amount: Number(totalOf(event)),
        requested: Number(request.amount),
        acceptor: request.acceptor,
        programId: event.programId,
        at: formatTime(event.atMs),
        businessAt: formatTime(event.businessAtMs),
        reference: request.reference,
        cards: partsOf(event),
      },
      balances: balances(afterwards(before, cards)),
    }),
  };
}

/** The cards as they stand after an event that touched some of them. */
function afterwards(before: readonly Card[], touched: readonly Card[]): Card[] {
  const changed = new Map(touched.map((card) => [card.cardId, card]));
  return before.map((card) => changed.get(card.cardId) ?? card);
}
