import { hashBytes, ProofError, rootAt, tileHashReader } from "@scrip/merkle-log";
import { type FollowerStore, PortError } from "@scrip/ports";
import { equalBytes, type Hash } from "@scrip/wire";
import type { Tree } from "./signed-tree.ts";

/** The log as it stands in the store, asked for the roots it had. */
export class LogTree {
  readonly #store: FollowerStore;
  readonly #hash: Hash;
  /** The two newest answers: what the validators signed last, and what they are to sign. */
  #asked: readonly Tree[] = [];

  constructor(store: FollowerStore, hash: Hash) {
    this.#store = store;
    this.#hash = hash;
  }

  /**
   * @param remedy what to put back where the log is too short
   * @throws PortError CORRUPT when the log is shorter than this tree, or had another root at its size
   */
  requireExtends({ size, root }: Tree, whose: string, remedy = `one with at least ${size}`): void {
    const there = this.#store.size();
    if (size > there) {
      throw new PortError(
        "CORRUPT",
        `the log has ${there} entries, ${whose} says ${size}: it is an older copy; put back ${remedy}`,
      );
    }
    if (!equalBytes(this.#rootAt(size), root)) {
      throw new PortError("CORRUPT", `the log at size ${size} is not the one of ${whose}`);
    }
  }

  /** From the stored tiles. Validators that signed the same size ask for the same root. */
  #rootAt(size: number): Uint8Array {
    const known = this.#asked.find((tree) => tree.size === size);
    if (known !== undefined) return known.root;
    const store = this.#store;
    const reader = tileHashReader(this.#hash, {
      size,
      readTile: ({ level, index, width }) =>
        store.tile(level, index)?.subarray(0, width * hashBytes),
    });
    const root = readRoot(() => rootAt(this.#hash, reader, size));
    this.#asked = [{ size, root }, ...this.#asked.slice(0, 1)];
    return root;
  }
}

function readRoot(read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new PortError("CORRUPT", `the log's hashes cannot be read: ${cause.step}`, { cause });
  }
}
