import type {
  Amount,
  Card,
  CardRefunded,
  OpId,
  ParticipantId,
  Program,
  Refund,
} from "@scrip/domain";
import { sumOf } from "@scrip/domain";
import { bodyHash, canonicalJson, formatOperationId, formatTime } from "@scrip/wire";
import type { Balances, OperationRef } from "@scrip/wire";
import { committedProgram } from "../control/committed.ts";
import { declined, type Attempt } from "../keyed/attempt.ts";
import { conclude } from "../keyed/conclude.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { walletsOf } from "../keyed/records.ts";
import { situationOf } from "../keyed/situation.ts";
import type { Turns } from "../keyed/turns.ts";
import { afterwards, balancesOf, partsOf } from "./answers.ts";
import {
  findSale,
  isOver,
  stateOf,
  turnOfSale,
  type MayActFor,
  type Sale,
  type SaleState,
} from "./sale.ts";
import { lotBalances, lotsOf } from "./tender.ts";

export interface RefundRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly writeOff: OperationRef;
  readonly amount: Amount;
  readonly reason: string | null;
  readonly businessAtMs: number | null;
  readonly mayActFor: MayActFor;
}

/** Gives back (part of) a write-off to what it was drawn from. A sale of somebody else is as good as none. */
export async function refund(
  ports: OperationPorts,
  turns: Turns,
  request: RefundRequest,
): Promise<KeyedResult> {
  const { opId, writeOff, reason, businessAtMs, mayActFor } = request;
  const amount = Number(request.amount);
  const writeOffId = formatOperationId(writeOff);
  const asked = { act: "refund", writeOffId, amount, reason, businessAtMs };
  const sale = await findSale(ports.store, writeOff, mayActFor);
  const operation = {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
    attempt: () => attempt(ports, request, sale),
  };
  const run = () => runKeyed(ports.store, operation);
  return sale === undefined
    ? await run()
    : await turns.take(await turnOfSale(ports.store, sale), run);
}

async function attempt(
  ports: OperationPorts,
  request: RefundRequest,
  sale: Sale | undefined,
): Promise<Attempt> {
  if (sale === undefined) return declined({ code: "WRITE_OFF_NOT_FOUND" }, ports.clock.nowMs());
  const lookup = await committedProgram(ports, sale.programId);
  if (lookup.kind === "NOT_COMMITTED_YET") return lookup;
  if (lookup.kind === "NOT_FOUND")
    return declined({ code: "PROGRAM_NOT_FOUND" }, ports.clock.nowMs());
  const state = await stateOf(ports.store, sale);
  if (isOver(sale, state)) return tooLate(ports, sale);
  const lots = await otherLots(ports, sale, state);
  return attemptOn(ports, request, { sale, program: lookup.thing, state, lots });
}

/** Nothing is kept of a sale whose window has closed: that there was one is known all the same. */
const tooLate = ({ clock }: OperationPorts, { ref }: Sale): Attempt => {
  const refused = declined({ code: "REFUND_WINDOW_CLOSED" }, clock.nowMs());
  return { ...refused, shard: ref.decisionShard };
};

/** The lots of the wallet that was drawn from: they count in what the tender holds. */
async function otherLots(
  ports: OperationPorts,
  sale: Sale,
  { records }: SaleState,
): Promise<Card[]> {
  const lot = records.find(({ card, walletId }) => card.batchId === null && walletId !== null);
  if (lot === undefined || lot.walletId === null) return [];
  const lots = await lotsOf(ports, lot.walletId, sale.programId);
  return lots.map(({ card }) => card);
}

interface Loaded {
  readonly sale: Sale;
  readonly program: Program;
  readonly state: SaleState;
  readonly lots: readonly Card[];
}

function attemptOn(ports: OperationPorts, request: RefundRequest, loaded: Loaded): Attempt {
  const { sale, program, state } = loaded;
  const nowMs = ports.clock.nowMs();
  const shard = sale.ref.decisionShard;
  const command: Refund = {
    type: "Refund",
    nowMs,
    actor: request.caller,
    opId: request.opId,
    writeOffId: sale.ref.opId,
    amount: request.amount,
    acceptor: sale.acceptor,
    businessAtMs: request.businessAtMs ?? nowMs,
  };
  const cards = state.records.map((record) => record.card);
  const operations = new Map(
    state.operation === undefined ? [] : [[sale.ref.opId, state.operation.operation]],
  );
  return conclude(ports, {
    command,
    situation: situationOf(program, cards, { operations }),
    type: "CardRefunded",
    shard,
    walletOf: walletsOf(state.records),
    answer: (event, { cards: touched }) => ({
      operation: {
        id: formatOperationId({ kind: "rf", decisionShard: shard, opId: request.opId }),
        ...described(event, sale),
        reason: request.reason,
      },
      balances: [balancesAfter(loaded, touched, nowMs)],
    }),
  });
}

const described = (event: CardRefunded, sale: Sale) => ({
  type: "REFUND",
  status: "COMPLETED",
  writeOffId: formatOperationId(sale.ref),
  amount: Number(sumOf(event.cards)),
  acceptor: sale.acceptor,
  programId: event.programId,
  at: formatTime(event.atMs),
  businessAt: formatTime(event.businessAtMs),
  cards: partsOf(event),
});

/** What the tender of the sale holds now: its card, or all lots of its wallet. */
function balancesAfter(
  { program, lots }: Loaded,
  touched: readonly Card[],
  nowMs: number,
): Balances {
  return program.kind === "POINTS"
    ? lotBalances(afterwards(lots, touched), { program, nowMs })
    : balancesOf(touched, program.unit);
}
