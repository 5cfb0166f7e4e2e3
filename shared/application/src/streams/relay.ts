import type { Hash } from "@scrip/merkle-log";
import type { EventLog, Outbox } from "@scrip/ports";
import { relayDrainMaxMs } from "./limits.ts";
import { systemPause, type Pause } from "./pause.ts";
import { checkOutbox } from "./stream.ts";
import { StreamRelay, type RelayObserver } from "./stream-relay.ts";

export interface RelayWiring {
  readonly outbox: Outbox;
  readonly eventLog: EventLog;
  readonly hash: Hash;
  readonly observer: RelayObserver;
  readonly pause?: Pause;
}

/**
 * Carries every event from the outbox to the event log: per shard in order, at least once, with the stream's chain
 * recomputed from the trim point. It keeps nothing of its own: after a crash it begins at the trim point again,
 * and the ledger takes no event twice.
 */
export class Relay {
  readonly #wiring: RelayWiring;
  #streams: readonly StreamRelay[] = [];
  #running: readonly Promise<void>[] = [];
  #unlisten: readonly (() => void)[] = [];

  constructor(wiring: RelayWiring) {
    this.#wiring = wiring;
  }

  /**
   * Checks the whole outbox, then begins to publish.
   * @throws PortError CORRUPT when an event is missing or is not what was saved; nothing is published then.
   */
  async start(): Promise<void> {
    const { outbox, eventLog, hash, observer, pause = systemPause } = this.#wiring;
    await checkOutbox(outbox, hash);
    this.#streams = Array.from(
      { length: outbox.streams },
      (_, shard) => new StreamRelay({ stream: { outbox, shard, hash }, eventLog, observer, pause }),
    );
    this.#unlisten = [
      outbox.onAppend((shard) => this.#streams[shard]?.wake()),
      eventLog.onRepublish((shard, fromSeq) => this.#streams[shard]?.rewind(fromSeq)),
    ];
    this.#running = this.#streams.map((stream) => stream.run());
  }

  /**
   * Publishes what the outbox holds now, as far as the event log takes it within `relayDrainMaxMs`, and ends. What is
   * left stays in the outbox.
   */
  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.stop();
    const drained = new AbortController();
    const { pause = systemPause } = this.#wiring;
    const late = pause(relayDrainMaxMs, drained.signal);
    await Promise.race([Promise.all(this.#running), late]);
    drained.abort();
    for (const unlisten of this.#unlisten) unlisten();
    this.#unlisten = [];
  }
}
