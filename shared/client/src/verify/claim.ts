import type { CardPublic, CardState, Entry, EventEntry, RejectionEntry } from "@scrip/wire";

/** 20 bytes, lower-case hex. */
export type CardId = CardState["card"]["cardId"];

/** The log as a quorum saw it. */
export interface CosignedLog {
  readonly origin: string;
  /** Entries in the log. */
  readonly size: number;
  /** Names, in the policy, of those whose cosignature holds. */
  readonly cosignedBy: readonly string[];
  /** The quorum's oldest cosignature, milliseconds since the epoch. */
  readonly cosignedAtMs: number;
}

/** Where in which log an entry stands. */
export interface InLog {
  readonly log: CosignedLog;
  /** Position of the entry, from 0. */
  readonly index: number;
}

/** A quorum cosigned the log at this size. */
export interface CheckpointClaim {
  readonly kind: "checkpoint";
  readonly log: CosignedLog;
}

/** The event is in the log, and the ledger took it. */
export interface EventClaim extends InLog {
  readonly kind: "event";
  /** Leaf hash, hex. */
  readonly eventId: string;
  readonly event: EventEntry["event"];
}

/** The event was offered, and the ledger rejected it. */
export interface RejectionClaim extends InLog {
  readonly kind: "rejection";
  /** Leaf hash of the bytes that were offered, hex. */
  readonly eventId: string;
  readonly reason: RejectionEntry["reason"];
}

/** An entry that is no event: it opens the chain, heads a batch or ends a block. */
export interface FrameClaim extends InLog {
  readonly kind: "frame";
  readonly entry: Exclude<Entry["kind"], "event" | "rejection">;
}

/** Some entry with this leaf hash is in the log; what it says was not shown. */
export interface HashClaim extends InLog {
  readonly kind: "hash";
  /** Hex. */
  readonly leafHash: string;
}

/** This was the card's state at the end of the log. */
export interface CardClaim {
  readonly kind: "card";
  readonly log: CosignedLog;
  readonly cardId: CardId;
  readonly state: CardPublic;
  /** The private half too, where the proof shows it. */
  readonly full: CardState | null;
  /** The block it was read at. */
  readonly height: number;
  readonly blockTimeMs: number;
  /** The card's expiry lies behind the verifier's clock, whatever its status says. */
  readonly expired: boolean;
}

/** Somebody with the log's receipt key promised that the event will be in the log. It proves nothing of the log. */
export interface ReceiptClaim {
  readonly kind: "receipt";
  /** Origin of the log it is promised to be in. */
  readonly origin: string;
  /** Name of the key that signed the promise. */
  readonly promisedBy: string;
  /** By when, milliseconds since the epoch. */
  readonly logByMs: number;
  /** That time lies behind the verifier's clock: a proof can be asked for, and its absence shows a broken promise. */
  readonly due: boolean;
  /** Leaf hash, hex. */
  readonly eventId: string;
  /** Null when what it says was not shown. */
  readonly event: EventEntry["event"] | null;
}

/** What a file proves about the log. Discriminated by `kind`. */
export type LogClaim =
  CheckpointClaim | EventClaim | RejectionClaim | FrameClaim | HashClaim | CardClaim;

/** What a file says: something that a quorum's signatures prove, or a promise. */
export type Claim = LogClaim | ReceiptClaim;
