import {
  applyBlock,
  type BatchResult,
  type LedgerState,
  type NewBlock,
  type OfferedBatch,
} from "@scrip/ledger-state";
import { PortError } from "@scrip/ports";
import type { GenesisEntry } from "@scrip/wire";
import type { Cosigned, Cosigning } from "./cosigning.ts";
import { openState } from "./chain-start.ts";
import type { EmbeddedLedgerOptions } from "./options.ts";

/** Blocks one after the other: made, stored, cosigned. Each step is durable before the next begins. */
export class Chain {
  readonly genesis: GenesisEntry;
  readonly #options: EmbeddedLedgerOptions;
  readonly #cosigning: Cosigning;
  #state: LedgerState;
  #published: Cosigned | undefined;
  /** The store may hold more than `#state`: a commit failed, or failed after doing it. */
  #doubtful = false;
  #saving: Promise<void> = Promise.resolve();
  #unsaved = false;

  constructor(
    options: EmbeddedLedgerOptions,
    genesis: GenesisEntry,
    parts: { readonly cosigning: Cosigning; readonly state: LedgerState },
  ) {
    this.genesis = genesis;
    this.#options = options;
    this.#cosigning = parts.cosigning;
    this.#state = parts.state;
  }

  get state(): LedgerState {
    return this.#state;
  }

  /** The newest tree that a quorum has cosigned. @throws PortError UNAVAILABLE before there is one */
  get published(): Cosigned {
    if (this.#published !== undefined) return this.#published;
    throw new PortError("UNAVAILABLE", "embedded ledger: not started");
  }

  /**
   * One block of these batches, durable and cosigned by a quorum once it resolves.
   * @throws PortError UNAVAILABLE: with `outcomeKnown: false` the next call first settles what became of it; else the
   * clock stepped back behind an event, and the batches wait until it has caught up
   */
  async extend(batches: readonly OfferedBatch[]): Promise<readonly BatchResult[]> {
    await this.settle();
    const state = this.#state;
    const timeMs = Math.max(this.#options.clock.nowMs(), state.timeMs);
    const { results, block } = applyBlock(state, { height: state.height + 1, timeMs, batches });
    if (block === null) return results;
    requireInTime(block);
    await this.#noteSaved();
    this.#doubtful = true;
    const record = { ...block, index: null, checkpoint: null };
    await this.#options.store.commit(record, () => state.adopt(block.next));
    // From here the block is decided. A kill now loses nothing: the next start cosigns what the store holds.
    this.#doubtful = false;
    await this.#publish();
    return results;
  }

  /** Brings what is in memory, and the cosignatures, up to what the store holds. */
  async settle(): Promise<void> {
    if (this.#doubtful) this.#state = await openState(this.#options.store, this.#options.suite);
    this.#doubtful = false;
    if (this.#published?.tree.size !== this.#state.size) await this.#publish();
  }

  /** Renews the cosignatures of the newest checkpoint: the same tree, a new time, nothing written. */
  renew(): void {
    this.#published = this.#cosigning.renew(this.published.tree, this.#seconds());
  }

  /** The note over the log after the block that ends at this size. */
  noteAt(size: number): string | undefined {
    const { tree, note } = this.published;
    return tree.size === size ? note : this.#options.store.checkpoint(size);
  }

  async close(): Promise<void> {
    await this.#saving;
    await this.#cosigning.close();
  }

  async #publish(): Promise<void> {
    const tree = { size: this.#state.size, root: this.#state.root() };
    this.#published = await this.#cosigning.cosign(tree, this.#seconds());
    // Nobody waits for the note to be durable: lost with a kill, the validators sign the same tree again.
    this.#saving = this.#save(this.#published).catch(() => undefined);
  }

  async #save({ tree, note }: Cosigned): Promise<void> {
    this.#unsaved = true;
    await this.#options.store.putCheckpoint(tree.size, note);
    this.#unsaved = false;
  }

  /** At most the newest block may be without a stored note: a start can sign that one again, and no other. */
  async #noteSaved(): Promise<void> {
    await this.#saving;
    if (this.#unsaved) await this.#save(this.published);
  }

  #seconds(): number {
    return Math.floor(this.#options.clock.nowMs() / 1000);
  }
}

/** An event ahead of the block's time was accepted before the clock stepped back: it is kept waiting, not rejected. */
function requireInTime({ events }: NewBlock): void {
  if (events.every(({ reason }) => reason !== "TIME_AHEAD_OF_BLOCK")) return;
  throw new PortError("UNAVAILABLE", "embedded ledger: the clock is behind the events offered");
}
