import {
  committedBatch,
  generateBatch,
  generatedCards,
  systemPause,
  type OperationPorts,
} from "@scrip/application";
import type { Batch, BatchId } from "@scrip/domain";
import { PortError, type BatchVault, type Finality } from "@scrip/ports";
import type { FastifyBaseLogger } from "fastify";
import type { BatchWork } from "./batch-work.ts";
import { commitWaitMs, interruptedRetryMs } from "./limits.ts";

/** How far a batch's cards have come. */
export interface BatchProgress {
  readonly status: "GENERATING" | "GENERATED";
  readonly generated: number;
}

interface Wiring {
  readonly ports: OperationPorts;
  readonly batchVault: BatchVault;
  readonly finality: Finality;
  readonly work: BatchWork;
  readonly logger: FastifyBaseLogger;
}

interface Run {
  generated: number;
  readonly done: Promise<void>;
}

/**
 * Generates the cards of COMMITTED batches in the background, each batch once at a time and so many batches at once;
 * goes on after a restart.
 */
export class Generation {
  readonly #wiring: Wiring;
  readonly #runs = new Map<BatchId, Run>();
  readonly #expected = new Set<BatchId>();
  readonly #stopping = new AbortController();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /**
   * Begins as soon as the batch that this event creates is COMMITTED. What a crash keeps from beginning begins when
   * the process starts anew.
   */
  expect(batchId: BatchId, eventId: string): void {
    if (this.#expected.has(batchId)) return;
    this.#expected.add(batchId);
    this.#whenCommitted(batchId, eventId)
      .catch((err: unknown) =>
        this.#wiring.logger.error({ err, batchId }, "generation did not begin"),
      )
      .finally(() => this.#expected.delete(batchId));
  }

  /** Sees to it that the batch is being generated; harmless when it is, or was. */
  ensure(batch: Batch): void {
    if (this.#stopping.signal.aborted || this.#runs.has(batch.batchId)) return;
    const { work } = this.#wiring;
    const run: Run = { generated: 0, done: work.inTurn(batch, () => this.#run(batch, run)) };
    this.#runs.set(batch.batchId, run);
  }

  /** Goes on with those of these batches that are not generated yet. */
  async resume(batches: Iterable<Batch>): Promise<void> {
    for (const batch of batches) {
      const made = await generatedCards(this.#wiring.ports, batch.batchId);
      if (made === undefined) this.ensure(batch);
    }
  }

  async progress(batch: Batch): Promise<BatchProgress> {
    const made = await generatedCards(this.#wiring.ports, batch.batchId);
    if (made !== undefined) return { status: "GENERATED", generated: made };
    this.ensure(batch);
    const run = this.#runs.get(batch.batchId);
    return { status: "GENERATING", generated: run?.generated ?? 0 };
  }

  /** Lets what runs end at the next chunk; a later start goes on there. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#runs.values()].map((run) => run.done));
  }

  async #whenCommitted(batchId: BatchId, eventId: string): Promise<void> {
    const { ports, finality } = this.#wiring;
    while (!this.#stopping.signal.aborted) {
      const state = await finality.waitFor(eventId, commitWaitMs);
      if (state === "ACCEPTED") continue;
      const found = await committedBatch(ports, batchId);
      if (found.kind === "COMMITTED") this.ensure(found.thing);
      return;
    }
  }

  async #run(batch: Batch, run: Run): Promise<void> {
    const { ports, batchVault, logger } = this.#wiring;
    const { signal } = this.#stopping;
    const { batchId } = batch;
    const onProgress = (generated: number) => void (run.generated = generated);
    while (!signal.aborted) {
      try {
        await generateBatch(ports, batchVault, {
          batch,
          onProgress,
          stopping: () => signal.aborted,
        });
        this.#runs.delete(batchId);
        return;
      } catch (err) {
        if (signal.aborted) return;
        if (!(err instanceof PortError && err.retryable)) {
          // Its run stays noted, so that nobody begins what cannot end before the process is started anew.
          logger.error({ err, batchId }, "generation cannot go on");
          return;
        }
        logger.warn({ err, batchId }, "generation was interrupted and goes on soon");
        await systemPause(interruptedRetryMs, signal);
      }
    }
  }
}
