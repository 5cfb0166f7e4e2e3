import { rootAt, tileHashReader } from "@scrip/merkle-log";
import { type FollowerStore, PortError } from "@scrip/ports";
import { equalBytes, type Hash } from "@scrip/wire";
import type { Tree } from "./signed-tree.ts";

/** The log as it stands in the store, asked for the roots it had. */
export class LogTree {
  readonly #store: FollowerStore;
  readonly #hash: Hash;
  #asked: Tree | undefined;

  constructor(store: FollowerStore, hash: Hash) {
    this.#store = store;
    this.#hash = hash;
  }

  /** @throws PortError CORRUPT when the log is shorter than this tree, or had another root at its size */
  requireExtends({ size, root }: Tree, whose: string): void {
    const there = this.#store.size();
    if (size > there) {
      throw new PortError(
        "CORRUPT",
        `the log has ${there} entries, ${whose} says ${size}: it is an older copy`,
      );
    }
    if (!equalBytes(this.#rootAt(size), root)) {
      throw new PortError("CORRUPT", `the log at size ${size} is not the one of ${whose}`);
    }
  }

  /** From the stored tiles. Validators that signed the same size ask for the same root. */
  #rootAt(size: number): Uint8Array {
    if (this.#asked?.size === size) return this.#asked.root;
    const store = this.#store;
    const reader = tileHashReader(this.#hash, {
      size,
      readTile: ({ level, index, width }) => store.tile(level, index)?.subarray(0, width * 32),
    });
    const root = rootAt(this.#hash, reader, size);
    this.#asked = { size, root };
    return root;
  }
}
