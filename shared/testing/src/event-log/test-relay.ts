import type { EventLog } from "@scrip/ports";
import { testMessages } from "./test-messages.ts";

/** Publishes streams of test messages as a relay does, and again where the log asks for it. */
export class TestRelay {
  readonly #log: EventLog;
  readonly #chunk: number;
  readonly #streams = new Map<number, { next: number; end: number; running: Promise<void> }>();
  readonly #unlisten: () => void;

  /** @param chunk messages published at once */
  constructor(log: EventLog, chunk: number) {
    this.#log = log;
    this.#chunk = chunk;
    this.#unlisten = log.onRepublish((shard, fromSeq) => {
      const stream = this.#stream(shard);
      stream.next = Math.min(stream.next, fromSeq);
      this.#run(shard);
    });
  }

  /** So many more messages are there to be published. */
  add(shard: number, count: number): void {
    this.#stream(shard).end += count;
    this.#run(shard);
  }

  /** Publishes what is there and ends. */
  async stop(): Promise<void> {
    this.#unlisten();
    await Promise.all([...this.#streams.values()].map(({ running }) => running));
  }

  #stream(shard: number): { next: number; end: number; running: Promise<void> } {
    const stream = this.#streams.get(shard) ?? { next: 0, end: 0, running: Promise.resolve() };
    this.#streams.set(shard, stream);
    return stream;
  }

  #run(shard: number): void {
    const stream = this.#stream(shard);
    stream.running = stream.running.then(async () => {
      while (stream.next < stream.end) {
        const from = stream.next;
        const count = Math.min(this.#chunk, stream.end - from);
        stream.next += count;
        await this.#log.publish(testMessages(shard, { from, count }));
      }
    });
  }
}
