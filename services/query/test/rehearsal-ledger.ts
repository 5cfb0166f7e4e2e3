import { applyBlock, genesisBlock, LedgerState, type NewBlock } from "@scrip/ledger-state";
import { formatCheckpoint, formatNote, formatValidatorPolicy, type Note } from "@scrip/merkle-log";
import type { Ledger, LedgerBlock, SubmitResult } from "@scrip/ports";
import { cosigner, noteSigner, sha256Ed25519, type Cosigner } from "@scrip/signing";
import {
  MemoryDisk,
  MemoryFollowerStore,
  testChain,
  testSigner,
  type TestChain,
} from "@scrip/testing";
import type { ShardHead } from "@scrip/wire";

const { hash } = sha256Ed25519;

/** A ledger in memory whose blocks a test makes, cosigns and spoils at will. */
export class RehearsalLedger implements Ledger {
  readonly chain: TestChain = testChain();
  readonly logKey = testSigner(this.chain.genesis.chainId);
  readonly policy: string;
  /** Errors that the next calls of `blocks` end with. */
  readonly faults: Error[] = [];
  /** Changes a block on its way out. */
  spoil: (block: LedgerBlock) => LedgerBlock = (block) => block;
  readonly #store = new MemoryFollowerStore(new MemoryDisk());
  readonly #state = LedgerState.open(this.#store, sha256Ed25519);
  readonly #cosigners: readonly Cosigner[];
  readonly #blocks: LedgerBlock[] = [];
  readonly #listeners = new Set<() => void>();
  #note = "";

  constructor() {
    this.#cosigners = this.chain.validators.map((signer) => cosigner(hash, signer));
    const log = noteSigner(hash, this.logKey);
    this.policy = formatValidatorPolicy(
      [log.key],
      this.#cosigners.map(({ key }) => key),
    );
  }

  get state(): LedgerState {
    return this.#state;
  }

  /** Block 0. */
  async begin(): Promise<void> {
    await this.#add(genesisBlock(this.#state, this.chain.genesis));
  }

  /** Everything that the history has queued, as one block `afterMs` behind its newest command. */
  async seal(afterMs = 20): Promise<void> {
    const { history } = this.chain.acts;
    const batches = history.takeBatches(500);
    const timeMs = Math.max(this.#state.timeMs, history.nowMs + afterMs);
    const { block } = applyBlock(this.#state, { height: this.#state.height + 1, timeMs, batches });
    if (block !== null) await this.#add(block);
  }

  /** The same head, cosigned again by so many validators. */
  renew(seconds: number, signers = this.#cosigners.length): void {
    this.#note = this.#cosigned(seconds, signers);
    this.progress();
  }

  progress(): void {
    for (const listener of this.#listeners) listener();
  }

  blocks(fromIndex: number, limit: number): Promise<LedgerBlock[]> {
    const fault = this.faults.shift();
    if (fault !== undefined) return Promise.reject(fault);
    const from = this.#blocks.filter((block) => block.fromIndex >= fromIndex).slice(0, limit);
    return Promise.resolve(from.map((block) => this.spoil(block)));
  }

  checkpoint(): Promise<string> {
    return Promise.resolve(this.#note);
  }

  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  submit(): Promise<SubmitResult> {
    return Promise.reject(new Error("nobody submits here"));
  }

  head(): Promise<ShardHead> {
    return Promise.reject(new Error("nobody asks for heads here"));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #add(made: NewBlock): Promise<void> {
    const { next, events: _events, seal, size: _size, root: _root, ...record } = made;
    await this.#store.commit({ ...record, index: null, checkpoint: null }, () =>
      this.#state.adopt(next),
    );
    this.#note = this.#cosigned(Math.floor(seal.timeMs / 1000), this.#cosigners.length);
    const { height, fromIndex, entries } = made;
    this.#blocks.push({ height, fromIndex, entries, checkpoint: this.#note });
    this.progress();
  }

  #cosigned(seconds: number, signers: number): string {
    const text = formatCheckpoint({
      origin: this.chain.genesis.chainId,
      size: this.#state.size,
      root: this.#state.root(),
      extensions: [],
    });
    const signatures = this.#cosigners.slice(0, signers).map((one) => one.cosign(text, seconds));
    const note: Note = { text, signatures };
    return formatNote(note);
  }
}
