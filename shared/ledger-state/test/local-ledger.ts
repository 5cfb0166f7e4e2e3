import {
  formatCheckpoint,
  formatNote,
  formatValidatorPolicy,
  parsePolicy,
  type Policy,
} from "@scrip/merkle-log";
import { cosigner, sha256Ed25519, type Signer } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore, type TestChain } from "@scrip/testing";
import {
  applyBlock,
  type BatchResult,
  type CosignedBlock,
  genesisBlock,
  LedgerState,
  type NewBlock,
  type OfferedBatch,
} from "../src/index.ts";

const suite = sha256Ed25519;

/** The smallest engine there can be: applies, stores, adopts, cosigns; in the order a real one does. */
export class LocalLedger {
  readonly chain: TestChain;
  readonly disk = new MemoryDisk();
  readonly store: MemoryFollowerStore;
  readonly state: LedgerState;
  readonly blocks: (CosignedBlock & { readonly root: Uint8Array })[] = [];

  static async start(chain: TestChain): Promise<LocalLedger> {
    const ledger = new LocalLedger(chain);
    await ledger.#commit(genesisBlock(ledger.state, chain.genesis));
    return ledger;
  }

  private constructor(chain: TestChain) {
    this.chain = chain;
    this.store = new MemoryFollowerStore(this.disk);
    this.state = LedgerState.open(this.store, suite);
  }

  /** Makes one block of these batches, now. */
  async block(batches: readonly OfferedBatch[], timeMs = this.nowMs): Promise<BatchResult[]> {
    const height = this.state.height + 1;
    const { results, block } = applyBlock(this.state, { height, timeMs, batches });
    if (block !== null) await this.#commit(block);
    return [...results];
  }

  /** Everything the history has queued, as one block. */
  async drain(eventsMax = 100): Promise<BatchResult[]> {
    return this.block(this.chain.acts.history.takeBatches(eventsMax));
  }

  get nowMs(): number {
    return Math.max(this.chain.acts.history.nowMs, this.state.timeMs);
  }

  get newest(): CosignedBlock & { readonly root: Uint8Array } {
    const block = this.blocks.at(-1);
    if (block === undefined) throw new Error("no block yet");
    return block;
  }

  async #commit(block: NewBlock): Promise<void> {
    const checkpoint = cosigned(this.chain, block);
    await this.store.commit({ ...block, index: null, checkpoint }, () =>
      this.state.adopt(block.next),
    );
    const { height, fromIndex, entries, root } = block;
    this.blocks.push({ height, fromIndex, entries, checkpoint, root });
  }
}

/** A note with the cosignatures of these validators, all of them unless said otherwise. */
export function cosigned(
  { genesis, validators }: TestChain,
  log: { readonly size: number; readonly root: Uint8Array },
  by: readonly Signer[] = validators,
): string {
  const { size, root } = log;
  const text = formatCheckpoint({ origin: genesis.chainId, size, root, extensions: [] });
  const signatures = by.map((signer) => cosigner(suite.hash, signer).cosign(text, 1_700_000_000));
  return formatNote({ text, signatures });
}

/** The policy of a chain: its validators, and a log key that no checkpoint here bears. */
export function policyOf({ validators }: TestChain): Policy {
  const keys = validators.map((signer) => cosigner(suite.hash, signer).key);
  return parsePolicy(suite.hash, formatValidatorPolicy([], keys));
}
