import type { BatchId, Card, CardId, Operation, OpId } from "@scrip/domain";

/** A card as the store keeps it: beside it what its next event and its leaf need. */
export interface CardRecord {
  readonly card: Card;
  /** Leaf hash of the card's last event, 32 bytes hex. */
  readonly lastEventId: string;
  /** Nonce of that event, 16 bytes hex. */
  readonly nonce: string;
  /** The wallet it is bound to, 20 bytes hex; on the ledger only a commitment to it stands. */
  readonly walletId: string | null;
}

export interface OperationRecord {
  readonly operation: Operation;
  readonly lastEventId: string;
  readonly nonce: string;
}

/** First record of an operation key: which body it came with and where it is decided. */
export interface Pointer {
  readonly opId: OpId;
  /** SHA-256 of the canonical JSON body, hex, salted where the body names a holder. */
  readonly bodyHash: string;
  readonly decisionShard: number;
}

/**
 * What an operation key leads to; first one wins. `answer` is the JSON that was (or will be) answered, without
 * `finality` and `receipt`. It never holds a code or a holder reference.
 */
export interface NewOutcome {
  readonly opId: OpId;
  readonly kind: "DONE" | "DECLINED";
  /** The event it saved; null for declines and for parts that moved nothing. */
  readonly eventId: string | null;
  readonly atMs: number;
  readonly answer: string;
}

/** An outcome as the store keeps it. */
export interface Outcome extends NewOutcome {
  /** Number of its event in the stream of its shard: the save's last one; null when there is no event. */
  readonly seq: number | null;
}

/** Something that falls due by itself: an expiry of a card, a window that closes on an operation. */
export interface DueEntry {
  readonly dueAtMs: number;
  readonly kind: "CARD" | "OPERATION";
  readonly id: CardId | OpId;
}

/** A record and the version it must have now; 0: it must not exist yet. */
export interface Expected<Rec> {
  readonly record: Rec;
  readonly expectedVersion: number;
}

export interface OperationRemove {
  readonly opId: OpId;
  readonly expectedVersion: number;
}

export interface NewEvent {
  /** Leaf hash of the entry, 32 bytes hex. */
  readonly eventId: string;
  /** The exact entry bytes. */
  readonly bytes: Uint8Array;
}

export interface WalletEntry {
  readonly walletId: string;
  readonly cardId: CardId;
}

/** One atomic step. Cards, operations, wallet entries and the outcome all lie in `shard`. */
export interface Change {
  /** 0 … S−1 a card shard, S the control stream. */
  readonly shard: number;
  /**
   * The one record that may lie in another shard; null when the opId is derived from a job's. Put if absent: a
   * pointer with the same body may stand there already, with or without its outcome.
   */
  readonly pointer: Pointer | null;
  /** Decided in this shard. Its pointer, now or earlier, names the same one. */
  readonly outcome: NewOutcome | null;
  /** A card of a batch that is born GENERATED also enters its batch's index; a successor does not. */
  readonly cards: readonly Expected<CardRecord>[];
  readonly operations: readonly Expected<OperationRecord>[];
  /** Operations whose records go, if each has the version it must have. */
  readonly operationRemoves: readonly OperationRemove[];
  /** Names that may be taken once, e.g. `program:gold`; the control stream only. */
  readonly claims: readonly string[];
  /** Each gets the next number of the shard's stream, in this order. */
  readonly events: readonly NewEvent[];
  readonly walletAdds: readonly WalletEntry[];
  readonly walletRemoves: readonly WalletEntry[];
  /** What is added stays, also when the same change removes it: the index may hold too much, never too little. */
  readonly dueAdds: readonly DueEntry[];
  readonly dueRemoves: readonly DueEntry[];
}

export type SaveResult =
  | { readonly kind: "SAVED"; readonly firstSeq: number }
  /** An outcome for the pointer's or outcome's opId stood there first; nothing was changed. */
  | { readonly kind: "OUTCOME_EXISTS"; readonly outcome: Outcome }
  /** The key was used with another body; nothing was changed. */
  | { readonly kind: "KEY_REUSED" }
  /** A claimed name is taken; nothing was changed. */
  | { readonly kind: "CLAIM_TAKEN"; readonly claim: string };

/**
 * Online card state. Whatever it has resolved is durable: it survives a kill at any line.
 * Reads see every save that has resolved before they were called.
 */
export interface CardStore {
  /** Card shards S; the control stream is shard S. */
  readonly shards: number;
  card(cardId: CardId): Promise<CardRecord | undefined>;
  /** In the order asked; cards that do not exist are left out. */
  cards(cardIds: readonly CardId[]): Promise<CardRecord[]>;
  operation(shard: number, opId: OpId): Promise<OperationRecord | undefined>;
  pointer(opId: OpId): Promise<Pointer | undefined>;
  outcome(shard: number, opId: OpId): Promise<Outcome | undefined>;
  /** Whether a claim was taken (by `Change.claims`): what it names exists, though perhaps not yet on the ledger. */
  claimed(claim: string): Promise<boolean>;
  /** Candidates of a wallet in ascending order of id; may name cards that are no longer its own, never too few. */
  walletCards(walletId: string, after: CardId | null, limit: number): Promise<CardId[]>;
  /** Candidates of all wallets of a shard, in ascending order of wallet and card, after the given one; see `scan`. */
  walletEntries(shard: number, after: WalletEntry | null, limit: number): Promise<WalletEntry[]>;
  /**
   * Cards of a batch in one shard, ascending, after the given one: those it was generated with. What took the place of
   * one of them later is not among them, so that a job that is cut by this order finds the same cut again.
   */
  batchCards(page: BatchPage): Promise<CardId[]>;
  /** What is due in a shard at `untilMs` or before, the earliest first; may name what is no longer so, never too few. */
  due(shard: number, untilMs: number, limit: number): Promise<DueEntry[]>;
  /**
   * All cards of a shard in ascending order of id, page by page: at most `limit`, perhaps fewer, none at the end. Each
   * as it is when its page is read.
   */
  scan(shard: number, after: CardId | null, limit: number): Promise<CardRecord[]>;
  /** All operation records of a shard; see `scan`. */
  operationsOf(shard: number, after: OpId | null, limit: number): Promise<OperationRecord[]>;
  /** Puts a candidate into a wallet's index, whichever shard that is; durable on return. Before its card is bound. */
  addWalletCandidate(entry: WalletEntry): Promise<void>;
  /**
   * Saves all of a change or nothing, if every stored version is still the expected one and no outcome for its
   * opId exists. Durable once it resolves; many callers share one sync to disk.
   * What stands under its keys decides first, then its claims, then its versions.
   * @throws PortError VERSION_CONFLICT someone saved first; CONTRACT_BROKEN what `checkChange` refuses, a key that
   * another shard decides, a value that would not come back as it is; UNAVAILABLE it may have been saved: retry with
   * the same key.
   */
  save(change: Change): Promise<SaveResult>;
  /** Sums over all cards of the store, for comparison with the ledger; consistent at one instant. */
  totals(): Promise<StoreTotals>;
  close(): Promise<void>;
}

export interface BatchPage {
  readonly batchId: BatchId;
  readonly shard: number;
  readonly after: CardId | null;
  readonly limit: number;
}

/** Minor units over all programs and units. */
export interface StoreTotals {
  readonly cards: number;
  readonly balance: bigint;
  readonly held: bigint;
  readonly loaded: bigint;
  readonly writtenOff: bigint;
  readonly refunded: bigint;
}
