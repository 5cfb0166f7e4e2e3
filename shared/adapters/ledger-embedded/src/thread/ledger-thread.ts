import { Worker } from "node:worker_threads";
import { formatValidatorPolicy, type VerifierKey } from "@scrip/merkle-log";
import { type LedgerBlock, PortError, type SignedBatch, type SubmitResult } from "@scrip/ports";
import type { GenesisEntry, ShardHead } from "@scrip/wire";
import type { EmbeddedLedger } from "../local-engine.ts";
import {
  buffersOf,
  type CallName,
  type Calls,
  pack,
  type Question,
  type Report,
  thrownThere,
  unpack,
} from "./messages.ts";

/** Whatever a block makes lives as long as the block: with room for it, it is not copied about while it is young. */
const youngGenerationMiB = 64;

export interface LedgerThreadOptions {
  /** A script that calls `serveLedger` with its parent port. */
  readonly script: URL;
  /** What the script finds as `workerData`. */
  readonly given: unknown;
}

/** An embedded ledger in a thread of its own: blocks are made beside the event loop, not on it. */
export interface LedgerThread extends EmbeddedLedger {
  /** Why it no longer answers; undefined while all is well. */
  fault(): string | undefined;
}

/** Starts the thread and waits until its ledger is open. @throws whatever its opening threw; PortError UNAVAILABLE */
export async function openLedgerThread(options: LedgerThreadOptions): Promise<LedgerThread> {
  const worker = new Worker(options.script, {
    workerData: options.given,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMiB },
  });
  const opening = await new Promise<Report>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(ended(`with ${code}, before its ledger was open`)));
  });
  if (opening.kind === "OPEN") return new CalledLedger(worker, opening);
  await worker.terminate();
  throw opening.kind === "NOT_OPEN" ? thrownThere(opening.fault) : ended("out of turn");
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** The caller's half. How many calls may wait is the ledger's own limit: `pendingBatchesMax`. */
class CalledLedger implements LedgerThread {
  readonly genesis: GenesisEntry;
  readonly validators: readonly VerifierKey[];
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<() => void>();
  #asked = 0;
  #closing: Promise<void> | undefined;
  #fault: string | undefined;

  constructor(worker: Worker, opening: Extract<Report, { kind: "OPEN" }>) {
    this.#worker = worker;
    this.genesis = opening.genesis;
    this.validators = opening.validators;
    worker.on("message", (report: Report) => this.#hear(report));
    worker.on("error", (error) => this.#fail(`with ${String(error)}`));
    this.#exited = new Promise((resolve) => {
      worker.once("exit", (code) => {
        this.#fail(`with ${code}`);
        resolve();
      });
    });
  }

  fault(): string | undefined {
    return this.#fault;
  }

  policy(logs: readonly VerifierKey[]): string {
    return formatValidatorPolicy(logs, this.validators);
  }

  submit({ header, events }: SignedBatch): Promise<SubmitResult> {
    const packed = pack(events);
    return this.#ask("submit", { header, events: packed }, buffersOf([packed]));
  }

  head(shard: number): Promise<ShardHead> {
    return this.#ask("head", shard);
  }

  async blocks(fromIndex: number, limit: number): Promise<LedgerBlock[]> {
    const blocks = await this.#ask("blocks", { fromIndex, limit });
    return blocks.map((block) => ({ ...block, entries: unpack(block.entries) }));
  }

  checkpoint(): Promise<string> {
    return this.#ask("checkpoint", null);
  }

  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    // A thread that is gone has nothing left to close.
    if (this.#fault === undefined) await this.#ask("close", null);
    await this.#exited;
  }

  async #ask<Name extends CallName>(
    name: Name,
    given: Calls[Name]["given"],
    transferred: ArrayBuffer[] = [],
  ): Promise<Calls[Name]["answer"]> {
    if (this.#closing !== undefined && name !== "close") throw unavailable("it is closed");
    if (this.#fault !== undefined) throw unavailable(this.#fault);
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, given } as Question, transferred);
    });
  }

  #hear(report: Report): void {
    if (report.kind === "PROGRESS") return this.#listeners.forEach((listener) => listener());
    if (report.kind !== "ANSWER" && report.kind !== "FAULT") return;
    const waiting = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    // An answer is of the kind that was asked for under its number.
    if (report.kind === "ANSWER") waiting?.resolve(report.answer as never);
    else waiting?.reject(thrownThere(report.fault));
  }

  /** Nobody learns any more what became of the calls under way. */
  #fail(how: string): void {
    this.#fault ??= ended(how).message;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) {
      reject(new PortError("UNAVAILABLE", this.#fault, { outcomeKnown: false }));
    }
  }
}

const unavailable = (why: string): PortError =>
  new PortError("UNAVAILABLE", `embedded ledger: ${why}`);

const ended = (how: string): PortError => unavailable(`its thread ended ${how}`);
