import type { OpId } from "@scrip/domain";
import { type Checkpoint, type Policy, ProofError } from "@scrip/merkle-log";
import { type CryptoSuite, verifyCheckpoint } from "@scrip/signing/browser";
import { equalBytes, type SealEntry } from "@scrip/wire";
import { applyBlock } from "../block/apply-block.ts";
import type { AppliedBlock, JudgedEvent, NewBlock } from "../block/block.ts";
import { type BlockLookups, lookupsOf } from "../block/block-index.ts";
import { genesisBlock } from "../block/genesis.ts";
import { LedgerStateError } from "../ledger-error.ts";
import type { LedgerReader } from "../state/ledger-reader.ts";
import { LedgerState, spreadBuckets } from "../state/ledger-state.ts";
import { type BlockParts, CutError, cutBlock } from "./cut-block.ts";
import { FollowerError, type FollowerErrorCode } from "./follower-error.ts";

/** Where a follower keeps its copy; a follower store has this shape. */
export interface FollowerStorage extends LedgerReader {
  indexOfOperation(opId: OpId): number | undefined;
  commit(
    block: Omit<NewBlock, "size" | "root" | "seal" | "events" | "next"> & {
      readonly index: BlockLookups;
      readonly checkpoint: string;
    },
    onVisible: () => void,
  ): Promise<void>;
  putCheckpoint(size: number, note: string): Promise<void>;
  replaceBuckets(
    records: Iterable<{ readonly bucket: number; readonly bytes: Uint8Array | null }>,
    meta: Uint8Array,
  ): Promise<void>;
}

export interface FollowerOptions {
  readonly store: FollowerStorage;
  readonly suite: CryptoSuite;
  /** The chain id: the only log whose checkpoints count. */
  readonly origin: string;
  /** Which cosigners are believed. */
  readonly policy: Policy;
}

/** A run of entries that ends with a seal, and a checkpoint note over the log up to it. */
export interface CosignedBlock {
  readonly height: number;
  readonly fromIndex: number;
  readonly entries: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** What a follower learnt from a block. */
export interface FollowedBlock {
  readonly height: number;
  /** Log size after it. */
  readonly size: number;
  readonly seal: SealEntry;
  readonly events: readonly JudgedEvent[];
  /** Operation keys that had an effect before: an honest ledger has none, so each is an alarm. */
  readonly repeatedOperations: readonly OpId[];
}

/**
 * A full auditor with a copy of its own: takes a block only if a quorum has signed it and the rules lead to exactly
 * its entries. It goes on where its store ends, also after a kill, and can begin with nothing.
 */
export class Follower {
  readonly state: LedgerState;
  readonly #options: FollowerOptions;
  #busy = false;

  /** @throws LedgerStateError STATE_CORRUPT when the store's records do not fit together */
  static async open(options: FollowerOptions): Promise<Follower> {
    const { store, suite } = options;
    const spread = spreadBuckets(store, suite);
    if (spread !== undefined) await store.replaceBuckets(spread.records, spread.meta);
    return new Follower(options, LedgerState.open(store, suite));
  }

  private constructor(options: FollowerOptions, state: LedgerState) {
    this.#options = options;
    this.state = state;
  }

  /** Takes the next block. One at a time. @throws FollowerError, then nothing was changed; or the store's error */
  async take(block: CosignedBlock): Promise<FollowedBlock> {
    if (this.#busy) throw new Error("a follower takes one block at a time");
    this.#busy = true;
    try {
      return await this.#take(block);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * A newer note over the log as this copy has it: renewed or more cosignatures. Durable on return.
   * @throws FollowerError CHECKPOINT_REFUSED or ROOT_DIFFERS
   */
  async renew(note: string): Promise<void> {
    const at = { height: this.state.height, index: this.state.size };
    const own = { size: this.state.size, root: this.state.root() };
    requireSame(this.#verified(note, at), own, at);
    await this.#options.store.putCheckpoint(this.state.size, note);
  }

  async #take(block: CosignedBlock): Promise<FollowedBlock> {
    const { height, fromIndex, entries, checkpoint } = block;
    const { size } = this.state;
    if (fromIndex !== size) {
      throw refused("NOT_NEXT", { height, index: fromIndex }, `this copy has ${size} entries`);
    }
    const at = { height, index: fromIndex };
    const signed = this.#verified(checkpoint, at);
    const made = replay(this.state, block);
    requireEqual(made, entries);
    requireSame(signed, made, at);
    const index = lookupsOf(made);
    const repeatedOperations = this.#repeated(index);
    const { next, events, seal, root: _root, size: _size, ...record } = made;
    await this.#options.store.commit({ ...record, index, checkpoint }, () =>
      this.state.adopt(next),
    );
    return { height, size: made.size, seal, events, repeatedOperations };
  }

  #verified(note: string, at: { height: number; index: number }): Checkpoint {
    const { policy, suite, origin } = this.#options;
    try {
      // The log's own signature proves nothing here: the quorum's does, and it is there from the first moment on.
      const trust = { policy: { ...policy, logs: [] }, suite, origin };
      return verifyCheckpoint(note, trust).checkpoint;
    } catch (cause) {
      if (!(cause instanceof ProofError)) throw cause;
      throw refused("CHECKPOINT_REFUSED", { ...at, cause }, cause.step);
    }
  }

  /** Operation keys with an earlier effect, here or in this block: what validators cannot afford to remember. */
  #repeated({ operations }: BlockLookups): OpId[] {
    const seen = new Set<OpId>();
    return operations
      .map(({ opId }) => opId)
      .filter((opId) => {
        const before = seen.has(opId) || this.#options.store.indexOfOperation(opId) !== undefined;
        seen.add(opId);
        return before;
      });
  }
}

type Place = { readonly height: number; readonly index: number; readonly cause?: unknown };

const refused = (code: FollowerErrorCode, at: Place, reason: string): FollowerError =>
  new FollowerError(code, at, reason);

/** Makes the block again from its own batches. */
function replay(state: LedgerState, { height, fromIndex, entries }: CosignedBlock): NewBlock {
  const at = { height, index: fromIndex };
  const parts = cut(entries, at);
  if (parts.seal.height !== height) {
    throw refused("BLOCK_MALFORMED", at, `its seal says height ${parts.seal.height}`);
  }
  try {
    if (parts.kind === "GENESIS") return genesisBlock(state, parts.genesis);
    const { height: sealed, timeMs } = parts.seal;
    return taken(applyBlock(state, { height: sealed, timeMs, batches: parts.batches }), parts, at);
  } catch (cause) {
    if (!(cause instanceof LedgerStateError)) throw cause;
    throw refused("BLOCK_MALFORMED", { ...at, cause }, cause.message);
  }
}

function cut(entries: readonly Uint8Array[], at: Place): BlockParts {
  try {
    return cutBlock(entries);
  } catch (cause) {
    if (!(cause instanceof CutError)) throw cause;
    throw refused("BLOCK_MALFORMED", { ...at, index: at.index + cause.at, cause }, cause.message);
  }
}

/** Every batch in the log must be one that the rules take. */
function taken({ results, block }: AppliedBlock, parts: BlockParts, at: Place): NewBlock {
  const batches = parts.kind === "BATCHES" ? parts.batches : [];
  let { index } = at;
  for (const [place, result] of results.entries()) {
    if (result.kind !== "TAKEN") {
      const reason = "reason" in result ? `${result.kind} ${result.reason}` : result.kind;
      throw refused("BATCH_REFUSED", { ...at, index }, reason);
    }
    index += 1 + (batches[place]?.events.length ?? 0);
  }
  if (block === null) throw refused("BLOCK_MALFORMED", at, "a block without entries");
  return block;
}

interface LogHead {
  readonly size: number;
  readonly root: Uint8Array;
}

function requireSame(signed: Checkpoint, own: LogHead, at: Place): void {
  if (signed.size !== own.size) {
    throw refused("CHECKPOINT_REFUSED", at, `it is of size ${signed.size}, not ${own.size}`);
  }
  if (!equalBytes(signed.root, own.root)) {
    throw refused("ROOT_DIFFERS", at, "the quorum has signed another root");
  }
}

function requireEqual(made: NewBlock, entries: readonly Uint8Array[]): void {
  const { height, fromIndex } = made;
  const longest = Math.max(made.entries.length, entries.length);
  for (let at = 0; at < longest; at++) {
    const [ours, theirs] = [made.entries[at], entries[at]];
    // Accepted events are the very bytes that were given.
    if (ours !== undefined && ours === theirs) continue;
    if (ours !== undefined && theirs !== undefined && equalBytes(ours, theirs)) continue;
    throw refused("ENTRY_DIFFERS", { height, index: fromIndex + at }, "the rules lead to another");
  }
}
