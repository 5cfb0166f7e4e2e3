import { UnreachableError } from "@scrip/client";
import { setTimeout as sleep } from "node:timers/promises";
import { watchMemory } from "../harness/memory.mjs";
import { startEverything } from "./everything.mjs";

const lookEveryMs = 100;

/** @typedef {import("./everything.mjs").Everything} Everything */
/** @typedef {import("../harness/memory.mjs").Memory} Memory */

/** The product in its data directory, however often it is killed and started again. */
export class Killable {
  #directory;
  /** @type {Everything | null} */
  #running = null;
  /** @type {ReturnType<typeof watchMemory> | null} */
  #watch = null;
  /** @type {Memory} */
  #peak = { whole: 0, own: 0 };

  /** @param {string} directory */
  constructor(directory) {
    this.#directory = directory;
  }

  /** @returns seconds until it was ready */
  async start() {
    const startedAt = performance.now();
    this.#running = await startEverything(this.#directory);
    this.#watch = watchMemory(this.#running.process.pid);
    return (performance.now() - startedAt) / 1_000;
  }

  async stop() {
    const running = this.#leave();
    await running?.process.stop();
  }

  /** Ends it as a crash would. @returns seconds until it was ready again */
  async killAndStart() {
    const running = this.#leave();
    await running?.process.kill();
    return await this.start();
  }

  /** @param {string} question @param {unknown} [given] */
  async ask(question, given) {
    return await this.#running?.process.ask(question, given);
  }

  /**
   * Asks the product until it answers: while it is away nobody does.
   * @template Answer
   * @param {(everything: Everything) => Promise<Answer>} what
   */
  async answer(what) {
    for (;;) {
      const running = this.#running;
      try {
        if (running !== null) return await what(running);
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error;
      }
      await sleep(lookEveryMs);
    }
  }

  /** The largest so far, over all its processes. */
  get peak() {
    const { whole, own } = this.#watch?.peak ?? this.#peak;
    return { whole: Math.max(whole, this.#peak.whole), own: Math.max(own, this.#peak.own) };
  }

  #leave() {
    const running = this.#running;
    this.#peak = this.peak;
    this.#watch?.stop();
    this.#watch = null;
    this.#running = null;
    return running;
  }
}
