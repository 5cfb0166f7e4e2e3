import type { Amount, Unit } from "./amount.ts";
import type { BatchId, CardId, HolderCommitment, OpId, ParticipantId, ProgramId } from "./ids.ts";
import type { Card, Operation, Reason } from "./card.ts";
import type { Batch, Participant, Program } from "./program.ts";

interface Timed {
  /** Milliseconds since the epoch: `max(clock, card.lastAtMs)`. Expiry and windows are judged by it. */
  readonly atMs: number;
  /** The participant whose API key asked for it; of a due event the program's issuer. */
  readonly actor: ParticipantId;
}

/** Who did it, when, under which key. */
interface Common extends Timed {
  readonly opId: OpId;
}

interface UnderTerms {
  readonly programId: ProgramId;
  /** The version it was decided under. */
  readonly programVersion: number;
}

interface OfProgram extends Common, UnderTerms {}

/** What time itself brings about: nobody asked for it, so there is no key. */
interface Due extends Timed, UnderTerms {
  readonly opId: null;
}

/** A card touched by an event: its version and amounts after it. `amount` is what moved. */
export interface Effect {
  readonly cardId: CardId;
  readonly version: number;
  readonly amount: Amount;
  readonly balance: Amount;
  readonly held: Amount;
}

/** Which way a correction goes. */
export type Direction = "CREDIT" | "DEBIT";

/** One card, and nothing of its value moves unless its type says so. */
interface OfCard extends OfProgram {
  readonly card: Effect;
}

/** One step of many cards of one shard, the same for each of them. */
interface Bulk extends OfProgram {
  readonly batchId: BatchId;
  readonly cards: readonly { readonly cardId: CardId; readonly version: number }[];
  /** For each card: what moved, and its amounts after. */
  readonly each: { readonly amount: Amount; readonly balance: Amount; readonly held: Amount };
}

export interface ProgramCreated extends Common {
  readonly type: "ProgramCreated";
  readonly program: Program;
}
/** The next version of a program. */
export interface ProgramChanged extends Common {
  readonly type: "ProgramChanged";
  readonly program: Program;
}
/** A card set anew by order of the operator, after the ledger rejected an event of it. */
export interface CardReconciled extends OfProgram {
  readonly type: "CardReconciled";
  readonly card: Card;
  readonly operations: readonly Operation[];
}
/** The stream of a shard goes on in a new epoch; nothing of an older one is taken from here on. */
export interface EpochOpened extends Common {
  readonly type: "EpochOpened";
  readonly shard: number;
  readonly epoch: number;
  readonly fromSeq: number;
  /** Stream chain before `fromSeq`, 32 bytes hex. */
  readonly chain: string;
}
export interface BatchCreated extends OfProgram {
  readonly type: "BatchCreated";
  readonly batch: Batch;
}
export interface ParticipantRegistered extends Common {
  readonly type: "ParticipantRegistered";
  readonly participant: Participant;
}
export interface CardsGenerated extends Bulk {
  readonly type: "CardsGenerated";
  readonly issuer: ParticipantId;
  readonly unit: Unit;
  readonly faceValue: Amount;
  readonly expiresAtMs: number | null;
}
export interface CardsAcquired extends Bulk {
  readonly type: "CardsAcquired";
  readonly distributor: ParticipantId;
}
export interface CardsDistributed extends Bulk {
  readonly type: "CardsDistributed";
  readonly distributor: ParticipantId;
}
export interface CardBound extends OfCard {
  readonly type: "CardBound";
  readonly holder: HolderCommitment;
}
export interface CardUnbound extends OfCard {
  readonly type: "CardUnbound";
}
export interface CardTransferred extends OfCard {
  readonly type: "CardTransferred";
  /** The new holder. */
  readonly holder: HolderCommitment;
}
export interface CardLoaded extends OfCard {
  readonly type: "CardLoaded";
  readonly issuer: ParticipantId;
}
export interface CardAdjusted extends OfCard {
  readonly type: "CardAdjusted";
  readonly issuer: ParticipantId;
  readonly direction: Direction;
  readonly reason: Reason;
}
export interface CardSuspended extends OfCard {
  readonly type: "CardSuspended";
  readonly reason: Reason;
}
export interface CardResumed extends OfCard {
  readonly type: "CardResumed";
}
/** The card's value, binding and refundables move to a new card. */
export interface CardReplaced extends OfCard {
  readonly type: "CardReplaced";
  readonly issuer: ParticipantId;
  readonly successor: Effect;
  /** When the successor expires. */
  readonly expiresAtMs: number | null;
}
/** What the card held is gone. */
export interface CardCancelled extends OfCard {
  readonly type: "CardCancelled";
  readonly issuer: ParticipantId;
  readonly reason: Reason;
}
/** Cards of one program and shard are past their expiry: what was available of them is gone. */
export interface CardsExpired extends Due {
  readonly type: "CardsExpired";
  readonly cards: readonly Effect[];
}
/** Write-offs of one program and shard whose refund window has closed. */
export interface OperationsClosed extends Due {
  readonly type: "OperationsClosed";
  readonly operations: readonly OpId[];
}
/** Birth of a points lot, bound to its holder. */
export interface PointsGranted extends OfProgram {
  readonly type: "PointsGranted";
  readonly lot: Effect;
  readonly issuer: ParticipantId;
  readonly unit: Unit;
  readonly holder: HolderCommitment;
  readonly expiresAtMs: number | null;
  readonly acceptor: ParticipantId | null;
  readonly businessAtMs: number;
}
/** A sale: one card, or several lots of one wallet in the order drawn. */
export interface CardWrittenOff extends OfProgram {
  readonly type: "CardWrittenOff";
  readonly cards: readonly Effect[];
  readonly acceptor: ParticipantId;
  readonly businessAtMs: number;
}
/** Gives back (part of) a write-off: to its card, or to its lots in the reverse of the order drawn. */
export interface CardRefunded extends OfProgram {
  readonly type: "CardRefunded";
  /** The write-off it belongs to. */
  readonly writeOffId: OpId;
  readonly cards: readonly Effect[];
  /** Replaced cards on the way from those drawn to those credited; nothing of them changes. */
  readonly passed: readonly CardId[];
  readonly acceptor: ParticipantId;
  readonly businessAtMs: number;
}

/** Events of the control stream. */
export type ControlEvent =
  | ProgramCreated
  | ProgramChanged
  | BatchCreated
  | ParticipantRegistered
  | CardReconciled
  | EpochOpened;
/** Events of a card shard. */
export type CardEvent =
  | CardsGenerated
  | CardsAcquired
  | CardsDistributed
  | CardBound
  | CardUnbound
  | CardTransferred
  | CardLoaded
  | CardAdjusted
  | CardSuspended
  | CardResumed
  | CardsExpired
  | CardReplaced
  | CardCancelled
  | PointsGranted
  | CardWrittenOff
  | CardRefunded
  | OperationsClosed;
export type DomainEvent = ControlEvent | CardEvent;
/** Events that time brings about. */
export type DueEvent = Extract<DomainEvent, { readonly opId: null }>;
/** Events that a command leads to. */
export type AskedEvent = Exclude<DomainEvent, DueEvent>;
export type EventType = DomainEvent["type"];
