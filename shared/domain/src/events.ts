import type { Amount, Unit } from "./amount.ts";
import type { BatchId, CardId, HolderCommitment, OpId, ParticipantId, ProgramId } from "./ids.ts";
import type { Batch, Participant, Program } from "./program.ts";

/** Who did it, when, under which key. */
interface Common {
  /** Milliseconds since the epoch: `max(clock, card.lastAtMs)`. Expiry and windows are judged by it. */
  readonly atMs: number;
  /** The participant whose API key asked for it. */
  readonly actor: ParticipantId;
  readonly opId: OpId;
}

interface OfProgram extends Common {
  readonly programId: ProgramId;
  /** The version it was decided under. */
  readonly programVersion: number;
}

/** A card touched by an event: its version and amounts after it. `amount` is what moved. */
export interface Effect {
  readonly cardId: CardId;
  readonly version: number;
  readonly amount: Amount;
  readonly balance: Amount;
  readonly held: Amount;
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
export interface CardBound extends OfProgram {
  readonly type: "CardBound";
  readonly card: Effect;
  readonly holder: HolderCommitment;
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
  readonly acceptor: ParticipantId;
  readonly businessAtMs: number;
}

/** Events of the control stream. */
export type ControlEvent = ProgramCreated | BatchCreated | ParticipantRegistered;
/** Events of a card shard. */
export type CardEvent =
  | CardsGenerated
  | CardsAcquired
  | CardsDistributed
  | CardBound
  | PointsGranted
  | CardWrittenOff
  | CardRefunded;
export type DomainEvent = ControlEvent | CardEvent;
export type EventType = DomainEvent["type"];
