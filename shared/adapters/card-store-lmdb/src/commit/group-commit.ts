import { PortError } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { messageOf } from "../faults.ts";
import { commitStepsMax, waitingStepsMax } from "../limits.ts";
import { CommitView } from "./commit-view.ts";
import type { Streams } from "./streams.ts";

/** Looks, then puts: a step that throws has put nothing. What it returns is told once the commit is durable. */
export type Step<T> = (view: CommitView) => T;

interface Waiting {
  /** Runs the step; what it returns settles the caller's promise. */
  readonly run: (view: CommitView) => () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Lets many callers share one durable commit. One commit is under way at a time; who comes meanwhile waits for the
 * next. This process alone writes the environment, so what steps read before a commit is still true in it.
 */
export class GroupCommit {
  readonly #environment: Environment;
  readonly #streams: Streams;
  readonly #appended: (shards: ReadonlySet<number>) => void;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  /** @param appended hears of the shards that got events, after they are durable. */
  constructor(
    environment: Environment,
    streams: Streams,
    appended: (shards: ReadonlySet<number>) => void,
  ) {
    this.#environment = environment;
    this.#streams = streams;
    this.#appended = appended;
  }

  /**
   * Runs a step in the next commit; resolves once that is durable.
   * @throws what the step throws; PortError UNAVAILABLE when the commit failed.
   */
  run<T>(step: Step<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed || this.#waiting.length >= waitingStepsMax) {
        reject(unavailable(this.#closed ? "it is closed" : "too many saves wait"));
        return;
      }
      const run = (view: CommitView): (() => void) => {
        const result = step(view);
        return () => resolve(result);
      };
      this.#waiting.push({ run, reject });
      this.#running ??= this.#commitAll();
    });
  }

  /** Commits what waits, then takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #commitAll(): Promise<void> {
    // Everything that arrives in this turn of the event loop joins the first commit.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const steps = this.#waiting.splice(0, commitStepsMax);
      await this.#commit(steps);
    }
    this.#running = null;
  }

  async #commit(steps: readonly Waiting[]): Promise<void> {
    // The driver keeps a snapshot for reads; this one must be the newest.
    this.#environment.root.resetReadTxn();
    const view = new CommitView(this.#environment, this.#streams);
    const settlements = steps.map((waiting) => decide(waiting, view));
    try {
      await this.#write(view);
    } catch (cause) {
      this.#environment.seen.forgetAll();
      for (const { reject } of steps) reject(unavailable(messageOf(cause), cause));
      return;
    }
    // From here the commit is durable: a crash now loses nothing that is told to a caller below.
    this.#environment.root.resetReadTxn();
    view.apply();
    for (const settle of settlements) settle();
    this.#appended(view.streams.appended);
  }

  /** All writes in one transaction of the environment: all of them or none, also when the process is killed. */
  async #write({ writes }: CommitView): Promise<void> {
    if (writes.length === 0) return;
    await this.#environment.root
      .batch(() => {
        for (const { database, key, value } of writes) {
          if (value === null) void database.remove(key);
          else void database.put(key, value);
        }
      })
      .catch(async (error: unknown) => {
        throw await causeOf(error);
      });
  }
}

/** Its settlement, to be told after the commit. A step that throws is out of the commit; its neighbours are not. */
function decide({ run, reject }: Waiting, view: CommitView): () => void {
  try {
    return run(view);
  } catch (error) {
    return () =>
      reject(error instanceof Error ? error : new Error(String(error), { cause: error }));
  }
}

/** The driver rejects with a promise of the reason, which itself is rejected. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error && "commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

const unavailable = (reason: string, cause?: unknown): PortError =>
  new PortError("UNAVAILABLE", `card store: ${reason}`, {
    outcomeKnown: cause === undefined,
    cause,
  });
