import { PortError, type CommittedFeed, type NewsPlace, type Registry } from "@scrip/ports";
import { backoffMs, systemPause, type Pause } from "../streams/pause.ts";
import { controlEventOf } from "./control-fact.ts";
import { FedFinality } from "./fed-finality.ts";
import { controlLookMs, newsRetryFirstMs, newsRetryMaxMs, registryAgeMaxMs } from "./limits.ts";
import { RegistryAge, type RegistryAgeWiring } from "./registry-age.ts";
import { CommittedRegistry } from "./registry.ts";

export interface CommittedModelWiring extends RegistryAgeWiring {
  readonly feed: CommittedFeed;
  /** Hears what failed; it is tried again after a pause. */
  readonly failed: (error: unknown) => void;
  readonly pause?: Pause;
}

/**
 * What is committed, for a process that keeps no copy of the ledger: the registry and the finality of events, from the
 * news of somebody who does.
 */
export class CommittedModel {
  readonly finality: FedFinality;
  readonly registry: Registry;
  readonly #wiring: CommittedModelWiring;
  readonly #pause: Pause;
  readonly #known = new CommittedRegistry();
  readonly #age: RegistryAge;
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<() => void>();
  #place: NewsPlace = { control: -1, size: null };
  #caughtUp = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(wiring: CommittedModelWiring) {
    this.#wiring = wiring;
    this.#pause = wiring.pause ?? systemPause;
    this.#age = new RegistryAge(wiring);
    this.finality = new FedFinality(wiring.feed);
    this.registry = this.#guarded();
  }

  /** Begins to follow the news. */
  start(): void {
    const { signal } = this.#stopped;
    this.#running = Promise.all([
      this.#again(() => this.#hear(signal)),
      this.#again(async () => {
        await this.#age.look();
        await this.#pause(controlLookMs, signal);
      }),
    ]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.finality.close();
    await this.#running;
  }

  /** Resolves once it knew everything that was committed; never where that does not come to pass. */
  async untilCaughtUp(): Promise<void> {
    if (this.fault() !== undefined) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Why nothing can be decided by it now; undefined while all is well. */
  fault(): string | undefined {
    const { ms } = this.#age;
    if (!this.#caughtUp || ms === null) return "what is committed is not known yet";
    if (ms <= registryAgeMaxMs) return undefined;
    return `what is committed has not been known for ${ms} ms, of ${registryAgeMaxMs} ms at most`;
  }

  async #hear(signal: AbortSignal): Promise<void> {
    const news = await this.#wiring.feed.news(this.#place, signal);
    for (const fact of news.control) this.#known.apply(controlEventOf(fact));
    const control = news.control.at(-1)?.index ?? this.#place.control;
    this.#place = { control, size: news.size };
    // The registry first: who waited for a program to be COMMITTED uses it at once.
    this.finality.heard(news.events);
    if (news.more) return;
    this.#age.known(news.controlSeq);
    this.#caughtUp ||= news.caughtUp;
    this.#tell();
  }

  #tell(): void {
    if (this.#waiting.size === 0 || this.fault() !== undefined) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  async #again(act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted;) {
      try {
        await act();
        failures = 0;
        this.#tell();
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#wiring.failed(error);
        const bounds = { firstMs: newsRetryFirstMs, maxMs: newsRetryMaxMs };
        await this.#pause(backoffMs(failures, bounds), signal);
      }
    }
  }

  /** What rules is told only as long as it is known; the rest does not change under anybody. */
  #guarded(): Registry {
    const known = this.#known;
    return {
      program: (programId, version) => known.program(programId, version),
      ruling: (programId, atMs) => {
        const fault = this.fault();
        if (fault !== undefined) throw new PortError("UNAVAILABLE", fault);
        return known.ruling(programId, atMs);
      },
      batch: (batchId) => known.batch(batchId),
      batches: () => known.batches(),
      participant: (participantId) => known.participant(participantId),
    };
  }
}
