import type { DomainEvent, RefusalCode, Totals } from "@scrip/domain";

/*
 * The five kinds of ledger entries. Encoded as canonical CBOR maps with small integer keys; the numbers stand in
 * `entry/numbers.ts`. In memory hashes, ids and keys are lower-case hex, so they compare and index as they are.
 */

/** Bytes of an entry: the tlog-tiles limit of an entry bundle's uint16 lengths. */
export const entryBytesMax = 65_535;
/** Bytes of an event: leaves room for the rejection that may wrap it. */
export const eventBytesMax = 65_535 - 512;

/** A named Ed25519 public key, 32 bytes hex. */
export interface NamedKey {
  readonly name: string;
  readonly publicKey: string;
}

/** Entry 0: what the chain is. */
export interface GenesisEntry {
  readonly kind: "genesis";
  /** The log's origin, e.g. `scrip.example/main`. */
  readonly chainId: string;
  /** Card shards; the control stream is shard index `shards`. */
  readonly shards: number;
  readonly cryptoSuite: string;
  readonly protocolVersion: number;
  readonly timeMs: number;
  /** Cosigning keys. */
  readonly validators: readonly NamedKey[];
  /** How many validators make the quorum: ⌊2n/3⌋ + 1. */
  readonly quorum: number;
  readonly writers: readonly NamedKey[];
  readonly operators: readonly NamedKey[];
  readonly receipts: readonly NamedKey[];
  /** How far an event's time may be ahead of its block's, milliseconds. */
  readonly skewMaxMs: number;
}

/** Where in its shard's stream a batch begins. */
export interface BatchHeader {
  readonly shard: number;
  readonly epoch: number;
  readonly fromSeq: number;
  /** Stream chain before the first event, 32 bytes hex. */
  readonly chainBefore: string;
  readonly count: number;
}

/** Stands directly before its `count` events. */
export interface BatchEntry extends BatchHeader {
  readonly kind: "batch";
  /** Name of the writer's key, as registered. */
  readonly writer: string;
  /** 64 bytes hex, over {chain id, header, RFC 6962 root of the events' leaf hashes}. */
  readonly signature: string;
}

/** An organisation's own signature over the event without its signatures. */
export interface PartySignature {
  readonly participantId: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly signature: string;
}

/** A domain event with what makes its hash unguessable. */
export interface EventEntry {
  readonly kind: "event";
  readonly event: DomainEvent;
  /** 16 random bytes hex, known to the parties only. */
  readonly nonce: string;
  readonly partySignatures: readonly PartySignature[];
}

export type RejectionReason =
  | RefusalCode
  | "ENTRY_MALFORMED"
  | "CARD_DIVERGED"
  | "WRONG_SHARD"
  | "TIME_AHEAD_OF_BLOCK"
  | "CARD_NOT_DIVERGED"
  | "SIGNATURE_MISSING"
  | "PARTICIPANT_NOT_FOUND";

/** Takes the event's place when the rules refuse it; an honest operator never causes one. */
export interface RejectionEntry {
  readonly kind: "rejection";
  /** The exact bytes that were offered. */
  readonly event: Uint8Array;
  readonly reason: RejectionReason;
}

/** Last entry of each non-empty block. */
export interface SealEntry {
  readonly kind: "seal";
  readonly height: number;
  /** Block time, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly mapRoot: string;
  /** Cards in the map, lots included. */
  readonly cards: number;
  readonly totals: Totals;
  readonly lawGauge: bigint;
  /** Largest (block time − event time) in the block, milliseconds; 0 when none was late. */
  readonly latenessMs: number;
}

export type Entry = GenesisEntry | BatchEntry | EventEntry | RejectionEntry | SealEntry;
