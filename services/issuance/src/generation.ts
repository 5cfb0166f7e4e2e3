import { generateBatch, isGenerated, type OperationPorts } from "@scrip/application";
import type { Batch, BatchId } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import type { FastifyBaseLogger } from "fastify";
import { generationRetryMs } from "./limits.ts";

/** How far a batch's cards have come. */
export interface BatchProgress {
  readonly status: "GENERATING" | "GENERATED";
  readonly generated: number;
}

interface Wiring {
  readonly ports: OperationPorts;
  readonly batchVault: BatchVault;
  readonly logger: FastifyBaseLogger;
}

/** Generates the cards of COMMITTED batches in the background, each batch once at a time; goes on after a restart. */
export class Generation {
  readonly #wiring: Wiring;
  readonly #running = new Map<BatchId, { generated: number; readonly done: Promise<void> }>();
  #stopping = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Sees to it that the batch is being generated; harmless when it is, or was. */
  ensure(batch: Batch): void {
    if (this.#stopping || this.#running.has(batch.batchId)) return;
    const run = { generated: 0, done: this.#run(batch) };
    this.#running.set(batch.batchId, run);
  }

  async progress(batch: Batch): Promise<BatchProgress> {
    if (await isGenerated(this.#wiring.ports, batch.batchId)) {
      return { status: "GENERATED", generated: batch.count };
    }
    this.ensure(batch);
    return { status: "GENERATING", generated: this.#running.get(batch.batchId)?.generated ?? 0 };
  }

  /** Lets what runs end at the next chunk; a later start goes on there. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#running.values()].map((run) => run.done));
  }

  async #run(batch: Batch): Promise<void> {
    const { ports, batchVault, logger } = this.#wiring;
    // Not before `ensure` has noted this run.
    await Promise.resolve();
    while (!this.#stopping) {
      try {
        await generateBatch(ports, batchVault, {
          batch,
          onProgress: ({ generated }) => {
            const run = this.#running.get(batch.batchId);
            if (run !== undefined) run.generated = generated;
          },
          stopping: () => this.#stopping,
        });
        this.#running.delete(batch.batchId);
        return;
      } catch (err) {
        logger.error(
          { err, batchId: batch.batchId },
          "generation was interrupted and goes on soon",
        );
        await new Promise((resolve) => setTimeout(resolve, generationRetryMs));
      }
    }
  }
}
