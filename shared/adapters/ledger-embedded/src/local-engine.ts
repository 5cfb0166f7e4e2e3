import type { BatchResult } from "@scrip/ledger-state";
import { formatValidatorPolicy, type VerifierKey } from "@scrip/merkle-log";
import {
  type Ledger,
  type LedgerBlock,
  PortError,
  type SignedBatch,
  type SubmitResult,
} from "@scrip/ports";
import type { GenesisEntry, ShardHead } from "@scrip/wire";
import { BatchQueue, type Waiting } from "./batch-queue.ts";
import type { Chain } from "./chain.ts";
import type { EmbeddedLedgerLimits, EmbeddedLedgerOptions } from "./options.ts";

/** A ledger in this process, with local validator keys: a rehearsal of a quorum, not Byzantine fault tolerance. */
export interface EmbeddedLedger extends Ledger {
  readonly genesis: GenesisEntry;
  /** Keys of the local validators. */
  readonly validators: readonly VerifierKey[];
  /** `policy.txt`: these logs (the log's own key, the receipt key), cosigned by a quorum of the validators. */
  policy(logs: readonly VerifierKey[]): string;
}

export type EngineOptions = EmbeddedLedgerOptions & { readonly limits: EmbeddedLedgerLimits };

/** Batches in, blocks out; one block at a time. */
export class LocalEngine implements EmbeddedLedger {
  readonly #chain: Chain;
  readonly validators: readonly VerifierKey[];
  readonly #options: EngineOptions;
  readonly #queue: BatchQueue;
  readonly #listeners = new Set<() => void>();
  readonly #renewing: NodeJS.Timeout;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(chain: Chain, validators: readonly VerifierKey[], options: EngineOptions) {
    this.#chain = chain;
    this.validators = validators;
    this.#options = options;
    this.#queue = new BatchQueue(options.limits.pendingBatchesMax);
    this.#renewing = setInterval(() => this.#renew(), options.limits.renewMs).unref();
  }

  get genesis(): GenesisEntry {
    return this.#chain.genesis;
  }

  policy(logs: readonly VerifierKey[]): string {
    return formatValidatorPolicy(logs, this.validators);
  }

  async submit(batch: SignedBatch): Promise<SubmitResult> {
    if (this.#closed) throw closed();
    const fate = this.#queue.add(batch);
    this.#working ??= this.#work();
    return fate;
  }

  async head(shard: number): Promise<ShardHead> {
    const known = Number.isInteger(shard) && shard >= 0 && shard <= this.genesis.shards;
    if (!known) throw new PortError("CONTRACT_BROKEN", `embedded ledger: no shard ${shard}`);
    return this.#chain.state.leaves().need("shard-head", shard);
  }

  async blocks(fromIndex: number, limit: number): Promise<LedgerBlock[]> {
    const { store } = this.#options;
    const { size: cosigned } = this.#chain.published.tree;
    // The block that holds `fromIndex` may have begun before it.
    return store
      .blocks(fromIndex, limit + 1)
      .filter((place) => place.fromIndex >= fromIndex && place.size <= cosigned)
      .slice(0, limit)
      .flatMap(({ height, fromIndex: first, size }) => {
        const checkpoint = this.#chain.noteAt(size);
        if (checkpoint === undefined) return [];
        const entries = store.entries(first, size - first);
        return [{ height, fromIndex: first, entries, checkpoint }];
      });
  }

  async checkpoint(): Promise<string> {
    return this.#chain.published.note;
  }

  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#renewing);
    this.#queue.rejectAll(closed());
    await this.#working;
    await this.#chain.close();
  }

  /** Makes blocks while there is work; a block forms as soon as the one before is durable. */
  async #work(): Promise<void> {
    // Callers of this very moment get into the first block together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      await this.#makeBlock(this.#queue.take(this.#options.limits));
    }
    this.#working = undefined;
  }

  async #makeBlock(waiting: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#chain.extend(waiting.map(({ batch }) => batch));
      const { height } = this.#chain.state;
      for (const [at, { resolve, reject }] of waiting.entries()) {
        const result = answered(results[at], height);
        if (result instanceof PortError) reject(result);
        else resolve(result);
      }
      this.#tell();
    } catch (error) {
      for (const { reject } of waiting) reject(unknownFate(error));
    }
  }

  /** Where a cosigning ended below the quorum, some have signed a newer tree: the next submission settles that. */
  #renew(): void {
    // A block in the making brings fresh signatures itself.
    if (this.#working !== undefined) return;
    try {
      this.#chain.renew();
    } catch (error) {
      if (error instanceof PortError) return;
      throw error;
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function answered(result: BatchResult | undefined, height: number): SubmitResult | PortError {
  if (result === undefined) return unknownFate("no answer for this batch");
  if (result.kind === "TAKEN") return { kind: "COMMITTED", height, head: result.head };
  if (result.kind !== "REFUSED") return result;
  const { reason, head } = result;
  if (head !== null) return { kind: "REFUSED", reason, head };
  return new PortError("CONTRACT_BROKEN", `embedded ledger: ${reason}`);
}

const unknownFate = (cause: unknown): PortError =>
  cause instanceof PortError
    ? cause
    : new PortError("UNAVAILABLE", `embedded ledger: the block was not made: ${String(cause)}`, {
        outcomeKnown: false,
        cause,
      });

const closed = (): PortError => new PortError("UNAVAILABLE", "embedded ledger: it is closed");
