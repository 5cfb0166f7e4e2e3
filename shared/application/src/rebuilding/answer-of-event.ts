import type {
  CardRefunded,
  CardWrittenOff,
  DomainEvent,
  Effect,
  Participant,
  PointsGranted,
  Unit,
} from "@scrip/domain";
import { sumOf } from "@scrip/domain";
import { type Balances, formatCardId, formatOperationId, formatTime } from "@scrip/wire";
import { batchText } from "../control/create-batch.ts";
import { programText } from "../control/create-program.ts";
import { partsOf, shown } from "../operations/answers.ts";
import { orderAnswer } from "../operations/cards/order-answer.ts";
import { rebuiltAnswer } from "./rebuilt-answer.ts";

/** What else an answer says than its event does. */
export interface AnsweredIn {
  /** Where the operation was decided. */
  readonly shard: number;
  /** Unit of the event's program; null where there is none. */
  readonly unit: Unit | null;
}

/**
 * What an operation was answered, as far as its event tells: sales, refunds and grants without the caller's own words,
 * and with the amounts of the cards that the event names in the place of a whole wallet's. Of a reconciliation it is
 * only known that it was done.
 */
export function answerOfEvent(event: DomainEvent, where: AnsweredIn): object {
  switch (event.type) {
    case "CardWrittenOff":
      return { operation: sale(event, where), balances: balances(event.cards, where) };
    case "CardRefunded":
      return { operation: refund(event, where), balances: balances(event.cards, where) };
    case "PointsGranted":
      return { operation: grant(event, where), balances: balances([event.lot], where) };
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
      return { cards: event.cards.length, leftOut: [] };
    case "ProgramCreated":
    case "ProgramChanged":
      return { program: programText(event.program) };
    case "BatchCreated":
      return { batch: batchText(event.batch) };
    case "ParticipantRegistered":
      return { participant: participantText(event.participant) };
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardSuspended":
    case "CardResumed":
    case "CardReplaced":
    case "CardCancelled":
      return where.unit === null
        ? rebuiltAnswer
        : orderAnswer(event, { shard: where.shard, unit: where.unit });
    case "CardReconciled":
    case "EpochOpened":
    case "CardsExpired":
    case "OperationsClosed":
      return rebuiltAnswer;
  }
}

const participantText = ({ participantId, registeredAtMs }: Participant) => ({
  participantId,
  registeredAt: formatTime(registeredAtMs),
});

const sale = (event: CardWrittenOff, { shard: decisionShard }: AnsweredIn) => ({
  id: formatOperationId({ kind: "wo", decisionShard, opId: event.opId }),
  type: "WRITE_OFF",
  status: "COMPLETED",
  amount: Number(sumOf(event.cards)),
  // A partial sale may have asked for more; the event says what was taken.
  requested: Number(sumOf(event.cards)),
  acceptor: event.acceptor,
  programId: event.programId,
  at: formatTime(event.atMs),
  businessAt: formatTime(event.businessAtMs),
  reference: null,
  cards: partsOf(event),
});

const refund = (event: CardRefunded, { shard: decisionShard }: AnsweredIn) => ({
  id: formatOperationId({ kind: "rf", decisionShard, opId: event.opId }),
  type: "REFUND",
  status: "COMPLETED",
  writeOffId: formatOperationId({ kind: "wo", decisionShard, opId: event.writeOffId }),
  amount: Number(sumOf(event.cards)),
  acceptor: event.acceptor,
  programId: event.programId,
  at: formatTime(event.atMs),
  businessAt: formatTime(event.businessAtMs),
  reason: null,
  cards: partsOf(event),
});

const grant = (event: PointsGranted, { shard: decisionShard }: AnsweredIn) => ({
  id: formatOperationId({ kind: "pg", decisionShard, opId: event.opId }),
  type: "POINTS_GRANT",
  status: "COMPLETED",
  amount: Number(event.lot.amount),
  cardId: formatCardId(event.lot.cardId),
  programId: event.programId,
  acceptor: event.acceptor,
  at: formatTime(event.atMs),
  businessAt: formatTime(event.businessAtMs),
  reference: null,
});

function balances(cards: readonly Effect[], { unit }: AnsweredIn): Balances[] {
  if (unit === null) return [];
  const sum = (of: (effect: Effect) => bigint) =>
    shown(cards.reduce((all, one) => all + of(one), 0n));
  const balance = sum((effect) => effect.balance);
  const held = sum((effect) => effect.held);
  const available = sum((effect) => effect.balance - effect.held);
  return [{ balance, held, available, unit }];
}
