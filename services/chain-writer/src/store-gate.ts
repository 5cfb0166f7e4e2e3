import { systemPause, type Pause } from "@scrip/application";
import type { ReadinessCheck } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import { storeLookMs } from "./limits.ts";

/** A card store that takes no writes until somebody has compared it with the ledger. */
export interface GatedStore {
  /** Which run of a server serves each stream now. */
  serving(): Promise<readonly string[]>;
  /** @throws PortError UNAVAILABLE when a server was started again since it was `compared` */
  openForWrites(compared: readonly string[]): Promise<void>;
}

export interface StoreGateWiring {
  readonly store: GatedStore;
  /** @throws PortError CORRUPT when store and ledger are not one history; UNAVAILABLE */
  readonly compare: () => Promise<void>;
  /** The store takes writes: for the first time in this process, or again. */
  readonly opened: () => Promise<void>;
  readonly logger: FastifyBaseLogger;
  readonly pause?: Pause;
}

/**
 * Lets the card store be written, for all processes, once its heads were found to be the ledger's; and anew whenever a
 * server of it was started, because that may have come back with an older file. While they differ nothing is written:
 * it is looked again and again, since somebody may have put the store right.
 */
export class StoreGate implements ReadinessCheck {
  readonly name = "card store";
  readonly #wiring: StoreGateWiring;
  readonly #pause: Pause;
  readonly #stopped = new AbortController();
  #openFor = "";
  #fault: string | undefined = "its heads were not compared with the ledger's yet";
  #running: Promise<void> = Promise.resolve();

  constructor(wiring: StoreGateWiring) {
    this.#wiring = wiring;
    this.#pause = wiring.pause ?? systemPause;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async check(): Promise<string | undefined> {
    return this.#fault;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#look();
        this.#fault = undefined;
      } catch (error) {
        this.#tell(error);
      }
      await this.#pause(storeLookMs, signal);
    }
  }

  async #look(): Promise<void> {
    const { store, compare, opened, logger } = this.#wiring;
    const serving = await store.serving();
    if (serving.join() === this.#openFor) return;
    await compare();
    await store.openForWrites(serving);
    // From here on the services write.
    await opened();
    this.#openFor = serving.join();
    logger.warn("the card store's heads are the ledger's: it is open for writes");
  }

  /** Says it once, however often it is looked. */
  #tell(error: unknown): void {
    const fault = error instanceof Error ? error.message : String(error);
    if (fault !== this.#fault)
      this.#wiring.logger.error({ err: error }, "the card store is not open for writes");
    this.#fault = fault;
  }
}
