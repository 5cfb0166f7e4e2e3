import { performance } from "node:perf_hooks";
import { ProblemError } from "@scrip/client";
import type { ScripClient } from "@scrip/client";
import type { Basket } from "./basket.ts";
import { LineFault } from "./basket.ts";
import type { ReadLine } from "./basket-file.ts";
import { LagSamples } from "./lag-samples.ts";
import { Lanes } from "./lanes.ts";
import { readAheadBasketsMax } from "./limits.ts";
import { replayBasket } from "./replay-basket.ts";
import type { Summary } from "./tally.ts";
import { Tally } from "./tally.ts";

export interface ReplayOptions {
  readonly acceptor: ScripClient;
  readonly issuer: ScripClient;
  readonly householdsAtOnceMax: number;
  /** No further basket is begun once it is aborted. */
  readonly interrupted: AbortSignal;
  /** Told of each line that is over, with the baskets done so far. */
  readonly onLine: (bytes: number, baskets: number) => void;
  /** Told of each line that was left out. */
  readonly onFault: (line: number, reason: string) => void;
}

/** A server that cannot go on: with which line that was found out, and how. */
export interface Stop {
  readonly line: number;
  readonly reason: string;
}

export interface Replayed {
  readonly summary: Summary;
  readonly stop: Stop | undefined;
}

/** Sells all baskets: in order per household, several households at once, reading no further ahead than it must. */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #tally = new Tally();
  readonly #lag = new LagSamples();
  #stop: Stop | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  async run(lines: AsyncIterable<ReadLine>): Promise<Replayed> {
    const startedMs = performance.now();
    const atOnceMax = this.#options.householdsAtOnceMax;
    const lanes = new Lanes({ atOnceMax, waitingMax: readAheadBasketsMax });
    for await (const { line, bytes, basket } of lines) {
      if (this.#ending) break;
      if (basket instanceof LineFault) this.#leaveOut(line, bytes, basket.message);
      else await lanes.add(basket.householdId, () => this.#sell(basket, bytes));
    }
    await lanes.done();
    const seconds = (performance.now() - startedMs) / 1_000;
    return { summary: this.#tally.summary(seconds, await this.#lag.done()), stop: this.#stop };
  }

  get #ending(): boolean {
    return this.#stop !== undefined || this.#options.interrupted.aborted;
  }

  async #sell(basket: Basket, bytes: number): Promise<void> {
    if (this.#ending) return;
    const { acceptor, issuer, onLine } = this.#options;
    const onAccepted = this.#lag.accepted.bind(this.#lag);
    try {
      this.#tally.add(basket, await replayBasket({ acceptor, issuer, onAccepted }, basket));
      onLine(bytes, this.#tally.baskets);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isOfThisLine(error)) this.#leaveOut(basket.line, bytes, reason);
      else this.#stop ??= { line: basket.line, reason };
    }
  }

  #leaveOut(line: number, bytes: number, reason: string): void {
    this.#tally.leaveOut();
    this.#options.onFault(line, reason);
    this.#options.onLine(bytes, this.#tally.baskets);
  }
}

/** Codes that every basket would meet. */
const forAll: readonly string[] = ["AUTHENTICATION_FAILED", "PERMISSION_DENIED"];

/** Whether a no is about one basket. What would meet every basket, and what may pass, ends the replay instead. */
function isOfThisLine(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  return !error.retryable && error.status < 500 && !forAll.includes(error.code);
}
