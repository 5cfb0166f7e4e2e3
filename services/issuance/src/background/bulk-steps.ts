import {
  beginStep,
  bulkStepHash,
  runBulkStep,
  stepResult,
  stepsBegun,
  systemPause,
  type BegunStep,
  type BulkStep,
  type KeyedResult,
  type OperationPorts,
  type StepProgress,
} from "@scrip/application";
import type { Batch, OpId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { Problem } from "@scrip/service-kit";
import { formatTime, stepsShownMax, type BatchStep } from "@scrip/wire";
import type { FastifyBaseLogger } from "fastify";
import type { BatchWork } from "./batch-work.ts";
import { bulkStepWaitMs, bulkStepsMax, interruptedRetryMs } from "./limits.ts";

interface Job {
  readonly bodyHash: string;
  /** Its number within the batch, where it is written down. */
  readonly number: number | null;
  progress: StepProgress;
  readonly result: Promise<KeyedResult>;
}

interface Wiring {
  readonly ports: OperationPorts;
  readonly work: BatchWork;
  readonly logger: FastifyBaseLogger;
}

/** A step that goes on after its request was answered. */
export interface Running {
  readonly kind: "RUNNING";
  readonly progress: StepProgress;
  readonly number: number | null;
}

/**
 * Bulk steps under way in this process: each runs once, however often its key asks, and on when nobody waits. A step of
 * a whole batch is written down before it begins: it goes on by itself after an interruption, and after a new start.
 */
export class BulkSteps {
  readonly #wiring: Wiring;
  readonly #jobs = new Map<OpId, Job>();
  readonly #stopping = new AbortController();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /**
   * What the step led to, or that it takes longer than a request may wait: the same key asks again.
   * @throws Problem BACKPRESSURE when `bulkStepsMax` others are under way; LIMIT_EXCEEDED when the batch had too many.
   */
  async run(step: BulkStep): Promise<KeyedResult | Running> {
    const { ports } = this.#wiring;
    const bodyHash = bulkStepHash(ports.hash, step);
    const job = this.#jobs.get(step.opId) ?? (await this.#begin(step, bodyHash));
    if ("kind" in job) return job;
    if (job.bodyHash !== bodyHash) return { kind: "KEY_REUSED" };
    const { number } = job;
    const result = await within(job.result, bulkStepWaitMs);
    return result ?? { kind: "RUNNING", progress: job.progress, number };
  }

  /** Goes on with the steps of these batches that were begun and are not done. */
  async resume(batches: Iterable<Batch>): Promise<void> {
    const { ports } = this.#wiring;
    for (const batch of batches) {
      for (const begun of await stepsBegun(ports, batch)) {
        const { step } = begun;
        if (this.#jobs.has(step.opId) || (await stepResult(ports, step)) !== undefined) continue;
        if (this.#stopping.signal.aborted) return;
        this.#start(step, { number: begun.number, bodyHash: bulkStepHash(ports.hash, step) });
      }
    }
  }

  /** The newest steps of a whole batch, and how far they are. */
  async stepsOf(batch: Batch): Promise<BatchStep[]> {
    const begun = await stepsBegun(this.#wiring.ports, batch);
    return await Promise.all(begun.slice(-stepsShownMax).map((one) => this.#shown(one)));
  }

  /** Lets what runs end at the next chunk; it goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result));
  }

  async #begin(asked: BulkStep, bodyHash: string): Promise<Job | KeyedResult> {
    const { ports } = this.#wiring;
    if (this.#jobs.size >= bulkStepsMax) throw new Problem("BACKPRESSURE");
    if (asked.cards !== "ALL") return this.#start(asked, { number: null, bodyHash });
    const begun = await beginStep(ports, asked);
    switch (begun.kind) {
      case "KEY_REUSED":
        return begun;
      case "TOO_MANY":
        throw new Problem("LIMIT_EXCEEDED", { detail: "The batch has had too many steps." });
      case "BEGUN": {
        // As it was begun: who had the cards then may not be who has them now.
        const { step, number } = begun.begun;
        return this.#jobs.get(step.opId) ?? this.#start(step, { number, bodyHash });
      }
    }
  }

  #start(step: BulkStep, { number, bodyHash }: Pick<Job, "number" | "bodyHash">): Job {
    const { opId, batch } = step;
    const job: Job = {
      number,
      bodyHash,
      progress: { cards: 0, leftOutCount: 0 },
      result: this.#wiring.work
        .inTurn(batch, () => this.#run(step, (progress) => void (job.progress = progress)))
        .finally(() => this.#jobs.delete(opId)),
    };
    this.#jobs.set(opId, job);
    // Whoever waits sees the failure; without anyone waiting it must not end the process.
    job.result.catch((err: unknown) => {
      if (!this.#stopping.signal.aborted)
        this.#wiring.logger.warn({ err }, "a bulk step was interrupted; its key goes on with it");
    });
    return job;
  }

  /** Goes on after failures of the store by itself, if the step is one of the whole batch. */
  async #run(step: BulkStep, onProgress: (progress: StepProgress) => void): Promise<KeyedResult> {
    const { ports, logger } = this.#wiring;
    const { signal } = this.#stopping;
    for (;;) {
      try {
        return await runBulkStep(ports, step, { onProgress, stopping: () => signal.aborted });
      } catch (err) {
        const passing = err instanceof PortError && err.retryable;
        if (!passing || signal.aborted || step.cards !== "ALL") throw err;
        logger.warn({ err }, "a bulk step was interrupted and goes on soon");
        await systemPause(interruptedRetryMs, signal);
      }
    }
  }

  async #shown({ number, step, begunAtMs }: BegunStep): Promise<BatchStep> {
    const { act, distributor, opId } = step;
    const begunAt = formatTime(begunAtMs);
    const done = await stepResult(this.#wiring.ports, step);
    const { cards, leftOutCount } = done ?? this.#jobs.get(opId)?.progress ?? nothing;
    const status = done === undefined ? "RUNNING" : "DONE";
    return { number, act, distributor, status, cards, leftOutCount, begunAt };
  }
}

const nothing: StepProgress = { cards: 0, leftOutCount: 0 };

/** Undefined when it takes longer. */
async function within<Result>(job: Promise<Result>, waitMs: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, waitMs, undefined);
  });
  try {
    return await Promise.race([job, late]);
  } finally {
    clearTimeout(timer);
  }
}
