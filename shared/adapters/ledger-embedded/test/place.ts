import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Follower } from "@scrip/ledger-state";
import { parsePolicy, type Policy } from "@scrip/merkle-log";
import type { FollowerStore } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import {
  type CheckingCopy,
  type LedgerPlace,
  MemoryDisk,
  MemoryFollowerStore,
} from "@scrip/testing";
import { type GenesisEntry, toHex } from "@scrip/wire";
import {
  type EmbeddedLedger,
  type EmbeddedLedgerLimits,
  type EmbeddedLedgerOptions,
  openEmbeddedLedger,
  type PublishedNote,
} from "../src/index.ts";

const suite = sha256Ed25519;

/** A directory and a memory disk: the embedded ledger opened there again and again. */
export class Place implements LedgerPlace {
  readonly directory: string;
  readonly disk = new MemoryDisk();
  readonly genesis: GenesisEntry;
  /** Each reading is a second later. */
  nowMs: number;
  limits: Partial<EmbeddedLedgerLimits> = {};
  published: readonly PublishedNote[] = [];
  /** Puts something between the ledger and its store. */
  wrap: (store: FollowerStore) => FollowerStore = (store) => store;
  #policy: string | undefined;

  static async make(genesis: GenesisEntry): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), "scrip-ledger-")), genesis);
  }

  private constructor(directory: string, genesis: GenesisEntry) {
    this.directory = directory;
    this.genesis = genesis;
    this.nowMs = genesis.timeMs;
  }

  options(store: FollowerStore): EmbeddedLedgerOptions {
    const { chainId, shards, writers, operators, receipts, skewMaxMs } = this.genesis;
    return {
      directory: this.directory,
      store,
      chain: { chainId, shards, writers, operators, receipts, skewMaxMs },
      clock: { nowMs: () => (this.nowMs += 1_000) },
      suite,
      limits: this.limits,
      published: this.published,
    };
  }

  async open(): Promise<EmbeddedLedger> {
    const store = new MemoryFollowerStore(this.disk);
    try {
      const ledger = await openEmbeddedLedger(this.options(this.wrap(store)));
      this.#policy = ledger.policy([]);
      const close = ledger.close.bind(ledger);
      // Whoever opened the store closes it, after the ledger; twice does no harm.
      return Object.assign(ledger, {
        async close() {
          await close();
          await store.close();
        },
      });
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  policy(): Policy {
    return parsePolicy(suite.hash, this.#policy ?? "");
  }

  async copy(): Promise<CheckingCopy> {
    const store = new MemoryFollowerStore(new MemoryDisk());
    const origin = this.genesis.chainId;
    const follower = await Follower.open({ store, suite, origin, policy: this.policy() });
    return {
      take: (block) => follower.take(block),
      root: () => toHex(follower.state.root()),
    };
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}
