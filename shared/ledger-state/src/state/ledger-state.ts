import { Frontier } from "@scrip/merkle-log";
import type { CryptoSuite } from "@scrip/signing";
import {
  type BucketWrite,
  type MapShape,
  MapStoreError,
  type MapUpdate,
  rebucket,
  StateMap,
} from "@scrip/state-map";
import { equalBytes } from "@scrip/wire";
import { LedgerStateError } from "../ledger-error.ts";
import { decodeMeta, encodeMeta, type LedgerMeta } from "./ledger-meta.ts";
import { bucketsOf, type LedgerReader } from "./ledger-reader.ts";
import { LeafView } from "./leaf-view.ts";

/** Leading key bits that choose a bucket of a new map: enough for a million leaves, 8 MiB of nodes in memory. */
export const mapDepthFirst = 17;

/** What a block makes of the state, to be adopted once it is stored. */
export interface NextState {
  readonly height: number;
  readonly timeMs: number;
  readonly frontier: Frontier;
  readonly map: MapUpdate;
}

/**
 * The state after the last committed block: the store's records, and in memory the map's upper nodes, the log's right
 * edge and the last seal's height and time. Blocks are made from it without changing it; `adopt` moves it on.
 */
export class LedgerState {
  readonly reader: LedgerReader;
  readonly suite: CryptoSuite;
  readonly map: StateMap;
  #height: number;
  #timeMs: number;
  #frontier: Frontier;

  /**
   * Reads what the store holds. A store without genesis is a state before it: size 0, height −1.
   * @throws LedgerStateError STATE_CORRUPT when map and meta do not fit together
   */
  static open(reader: LedgerReader, suite: CryptoSuite): LedgerState {
    const stored = reader.meta();
    const meta = stored && decodeMeta(stored);
    const state = new LedgerState(reader, suite, meta);
    if (meta !== undefined && !equalBytes(state.map.root, meta.mapRoot)) {
      throw new LedgerStateError("STATE_CORRUPT", "the map's records do not lead to its root");
    }
    return state;
  }

  private constructor(reader: LedgerReader, suite: CryptoSuite, meta: LedgerMeta | undefined) {
    this.reader = reader;
    this.suite = suite;
    const shape = meta?.shape ?? { depth: mapDepthFirst, count: 0 };
    this.map = openMap(reader, suite, shape);
    this.#height = meta?.height ?? -1;
    this.#timeMs = meta?.timeMs ?? 0;
    this.#frontier =
      meta === undefined
        ? Frontier.empty(suite.hash)
        : Frontier.fromBytes(suite.hash, meta.frontier);
  }

  /** Height of the last seal; −1 before genesis. */
  get height(): number {
    return this.#height;
  }

  /** Block time of the last seal, milliseconds. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** Entries of the log. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Root of the log. */
  root(): Uint8Array {
    return this.#frontier.root();
  }

  /** The log's right edge, to append to without changing the state. */
  frontier(): Frontier {
    return this.#frontier.clone();
  }

  /** The leaves of the last block, with room for changes that nobody else sees. */
  leaves(): LeafView {
    return new LeafView(this.reader, this.suite.hash);
  }

  /** Moves on. The store must show the block by now, and `next` must be made from this very state. */
  adopt(next: NextState): void {
    this.map.commit(next.map);
    this.#height = next.height;
    this.#timeMs = next.timeMs;
    this.#frontier = next.frontier;
  }
}

function openMap(reader: LedgerReader, suite: CryptoSuite, shape: MapShape): StateMap {
  try {
    return StateMap.open({ hash: suite.hash, store: bucketsOf(reader), shape });
  } catch (cause) {
    if (!(cause instanceof MapStoreError)) throw cause;
    throw new LedgerStateError("STATE_CORRUPT", cause.message, cause);
  }
}

/**
 * A map that has outgrown its buckets is spread over more of them, before it is opened: the records and the meta
 * record to store together, or undefined while there are enough. No hash changes.
 */
export function spreadBuckets(
  reader: LedgerReader,
  suite: CryptoSuite,
): { readonly records: Iterable<BucketWrite>; readonly meta: Uint8Array } | undefined {
  const stored = reader.meta();
  if (stored === undefined) return undefined;
  const meta = decodeMeta(stored);
  const spread = rebucket({ hash: suite.hash, store: bucketsOf(reader), shape: meta.shape });
  if (spread === undefined) return undefined;
  return { records: spread.writes, meta: encodeMeta({ ...meta, shape: spread.shape }) };
}
