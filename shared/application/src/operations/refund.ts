import type { Amount, CardId, OpId, ParticipantId, ProgramId, Refund } from "@scrip/domain";
import type { CardRecord, CardStore, OperationRecord } from "@scrip/ports";
import { bodyHash, canonicalJson, formatTime, formatOperationId, parseCardId } from "@scrip/wire";
import type { OperationRef } from "@scrip/wire";
import { balancesOf, partsOf, totalOf } from "./answers.ts";
import { conclude } from "../keyed/conclude.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import type { Attempt, KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";

export interface RefundRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly writeOff: OperationRef;
  readonly amount: Amount;
  readonly reason: string | null;
  readonly businessAtMs: number | null;
  /** Whether this caller may act for the write-off's acceptor in its program. */
  readonly mayActFor: (acceptor: ParticipantId, programId: ProgramId) => boolean;
}

/** Gives back (part of) a write-off to what it was drawn from. */
export async function refund(
  ports: OperationPorts,
  turns: Turns,
  request: RefundRequest,
): Promise<KeyedResult> {
  const { opId, writeOff, reason, businessAtMs } = request;
  const amount = Number(request.amount);
  const asked = { writeOff: writeOff.opId, amount, reason, businessAtMs };
  const operation = {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson({ act: "refund", ...asked })),
    attempt: () => attempt(ports, request),
  };
  return await turns.take(`operation ${writeOff.opId}`, () => runKeyed(ports.store, operation));
}

/** What the write-off's own outcome says: who sold, and from which cards. */
interface WrittenOff {
  readonly acceptor: ParticipantId;
  readonly programId: ProgramId;
  readonly cardIds: readonly CardId[];
}

async function writtenOff(store: CardStore, ref: OperationRef): Promise<WrittenOff | undefined> {
  const outcome = await store.outcome(ref.decisionShard, ref.opId);
  if (outcome === undefined || outcome.kind !== "DONE") return undefined;
  const { operation } = JSON.parse(outcome.answer) as {
    operation: {
      type: string;
      acceptor: ParticipantId;
      programId: ProgramId;
      cards: { cardId: string }[];
    };
  };
  if (operation.type !== "WRITE_OFF") return undefined;
  const cardIds = operation.cards.flatMap((part) => parseCardId(part.cardId) ?? []);
  return { acceptor: operation.acceptor, programId: operation.programId, cardIds };
}

async function attempt(ports: OperationPorts, request: RefundRequest): Promise<Attempt> {
  const nowMs = ports.clock.nowMs();
  const shard = request.writeOff.decisionShard;
  const sale = await writtenOff(ports.store, request.writeOff);
  if (sale === undefined || !request.mayActFor(sale.acceptor, sale.programId)) {
    return { kind: "DECLINE", shard: null, refusal: { code: "WRITE_OFF_NOT_FOUND" }, atMs: nowMs };
  }
  const records = await ports.store.cards(sale.cardIds);
  const several = sale.cardIds.length > 1;
  const operation = several ? await ports.store.operation(shard, request.writeOff.opId) : undefined;
  return attemptOn(ports, request, { sale, records, operation, nowMs });
}

interface Loaded {
  readonly sale: WrittenOff;
  readonly records: readonly CardRecord[];
  readonly operation: OperationRecord | undefined;
  readonly nowMs: number;
}

function attemptOn(ports: OperationPorts, request: RefundRequest, loaded: Loaded): Attempt {
  const { sale, records, nowMs } = loaded;
  const shard = request.writeOff.decisionShard;
  const program = ports.registry.program(sale.programId) ?? null;
  const cards = records.map((record) => record.card);
  const situation = situationOf(program, cards, { operation: loaded.operation?.operation ?? null });
  const command: Refund = {
    type: "Refund",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    writeOffId: request.writeOff.opId,
    amount: request.amount,
    acceptor: sale.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
  const wallets = new Map(records.map((record) => [record.card.cardId, record.walletId]));
  return conclude(ports, {
    command,
    situation,
    type: "CardRefunded",
    shard,
    walletOf: (card) => wallets.get(card.cardId) ?? null,
    answer: (event, consequence) => ({
      operation: {
        id: formatOperationId({ kind: "rf", decisionShard: shard, opId: request.opId }),
        type: "REFUND",
        status: "COMPLETED",
        writeOffId: formatOperationId(request.writeOff),
        amount: Number(totalOf(event)),
        acceptor: sale.acceptor,
        programId: event.programId,
        reason: request.reason,
        at: formatTime(event.atMs),
        businessAt: formatTime(event.businessAtMs),
        cards: partsOf(event),
      },
      balances: program === null ? [] : [balancesOf(consequence.cards, program.unit)],
    }),
  });
}
