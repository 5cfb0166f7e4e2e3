import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedLedger, openEmbeddedLedger } from "@scrip/ledger-embedded";
import { Follower } from "@scrip/ledger-state";
import { parsePolicy, type Policy } from "@scrip/merkle-log";
import type { Ledger } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import {
  type CheckingCopy,
  type LedgerPlace,
  MemoryDisk,
  MemoryFollowerStore,
} from "@scrip/testing";
import { type GenesisEntry, toHex } from "@scrip/wire";
import { remoteLedger, serveLedgerReads } from "@scrip/ledger-http";

const suite = sha256Ed25519;
const secret = "a secret of tests";

/** An embedded ledger that is read over HTTP, and submitted to where it is. */
export class Place implements LedgerPlace {
  readonly #directory: string;
  readonly #disk = new MemoryDisk();
  readonly #genesis: GenesisEntry;
  #nowMs: number;
  #policy = "";

  static async make(genesis: GenesisEntry): Promise<Place> {
    return new Place(await mkdtemp(join(tmpdir(), "scrip-ledger-")), genesis);
  }

  private constructor(directory: string, genesis: GenesisEntry) {
    this.#directory = directory;
    this.#genesis = genesis;
    this.#nowMs = genesis.timeMs;
  }

  async open(): Promise<Ledger> {
    const store = new MemoryFollowerStore(this.#disk);
    const ledger = await this.#embedded(store);
    const key = { secret, chainId: this.#genesis.chainId };
    const channel = await serveLedgerReads(ledger, { ...key, port: 0 });
    const remote = remoteLedger({ ...key, url: `http://127.0.0.1:${channel.port}` });
    return {
      submit: (batch) => ledger.submit(batch),
      head: (shard) => remote.head(shard),
      blocks: (fromIndex, limit) => remote.blocks(fromIndex, limit),
      checkpoint: () => remote.checkpoint(),
      onProgress: (listener) => remote.onProgress(listener),
      close: async () => {
        await remote.close();
        await channel.close();
        await ledger.close();
        await store.close();
      },
    };
  }

  policy(): Policy {
    return parsePolicy(suite.hash, this.#policy);
  }

  async copy(): Promise<CheckingCopy> {
    const store = new MemoryFollowerStore(new MemoryDisk());
    const origin = this.#genesis.chainId;
    const follower = await Follower.open({ store, suite, origin, policy: this.policy() });
    return {
      take: (block) => follower.take(block),
      root: () => toHex(follower.state.root()),
    };
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }

  async #embedded(store: MemoryFollowerStore): Promise<EmbeddedLedger> {
    const { chainId, shards, writers, operators, receipts, skewMaxMs } = this.#genesis;
    const ledger = await openEmbeddedLedger({
      directory: this.#directory,
      store,
      chain: { chainId, shards, writers, operators, receipts, skewMaxMs },
      clock: { nowMs: () => (this.#nowMs += 1_000) },
      suite,
    });
    this.#policy = ledger.policy([]);
    return ledger;
  }
}
