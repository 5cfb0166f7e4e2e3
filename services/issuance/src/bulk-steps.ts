import {
  bulkStepHash,
  runBulkStep,
  type BulkStep,
  type KeyedResult,
  type OperationPorts,
} from "@scrip/application";
import type { OpId } from "@scrip/domain";
import { Problem } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import { bulkStepWaitMs, bulkStepsMax } from "./limits.ts";

interface Job {
  readonly bodyHash: string;
  readonly result: Promise<KeyedResult>;
}

/** Bulk steps under way in this process: each runs once, however often its key asks, and on when nobody waits. */
export class BulkSteps {
  readonly #ports: OperationPorts;
  readonly #log: FastifyBaseLogger;
  readonly #jobs = new Map<OpId, Job>();
  #stopping = false;

  constructor({ ports, logger }: { ports: OperationPorts; logger: FastifyBaseLogger }) {
    this.#ports = ports;
    this.#log = logger;
  }

  /**
   * What the step led to, or RUNNING when that takes longer than a request may wait: the same key asks again.
   * @throws Problem BACKPRESSURE when `bulkStepsMax` others are under way.
   */
  async run(step: BulkStep): Promise<KeyedResult | "RUNNING"> {
    const bodyHash = bulkStepHash(this.#ports, step);
    const job = this.#jobs.get(step.opId) ?? this.#begin(step, bodyHash);
    if (job.bodyHash !== bodyHash) return { kind: "KEY_REUSED" };
    return await within(job.result, bulkStepWaitMs);
  }

  /** Lets what runs end at the next chunk; its keys go on with it after the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result));
  }

  #begin(step: BulkStep, bodyHash: string): Job {
    if (this.#jobs.size >= bulkStepsMax) throw new Problem("BACKPRESSURE");
    const { opId } = step;
    const result = runBulkStep(this.#ports, step, () => this.#stopping);
    const job = { bodyHash, result: result.finally(() => this.#jobs.delete(opId)) };
    this.#jobs.set(opId, job);
    // Whoever waits sees the failure; without anyone waiting it must not end the process.
    job.result.catch((err: unknown) =>
      this.#log.warn({ err }, "a bulk step was interrupted; its key goes on with it"),
    );
    return job;
  }
}

async function within<Result>(job: Promise<Result>, waitMs: number): Promise<Result | "RUNNING"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"RUNNING">((resolve) => {
    timer = setTimeout(resolve, waitMs, "RUNNING");
  });
  try {
    return await Promise.race([job, late]);
  } finally {
    clearTimeout(timer);
  }
}
