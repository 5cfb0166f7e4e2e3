import { PortError, type EventLog, type EventMessage } from "@scrip/ports";

/** Keeps what is published; can fail before or after doing it. */
export class RecordingEventLog implements EventLog {
  readonly published: EventMessage[] = [];
  /** How the next publications end: `LOST` nothing happened, `DONE` it happened and still failed. */
  readonly faults: ("LOST" | "DONE" | Error)[] = [];
  /** Largest number of messages of one call. */
  largest = 0;
  #listener: ((shard: number, fromSeq: number) => void) | null = null;

  publish(messages: readonly EventMessage[]): Promise<void> {
    this.largest = Math.max(this.largest, messages.length);
    const fault = this.faults.shift();
    if (fault instanceof Error) return Promise.reject(fault);
    if (fault !== "LOST") this.published.push(...messages);
    if (fault === undefined) return Promise.resolve();
    return Promise.reject(new PortError("UNAVAILABLE", "no answer", { outcomeKnown: false }));
  }

  of(shard: number): EventMessage[] {
    return this.published.filter((message) => message.shard === shard);
  }

  seqs(shard: number): number[] {
    return this.of(shard).map(({ seq }) => seq);
  }

  republishFrom(shard: number, fromSeq: number): Promise<void> {
    this.#listener?.(shard, fromSeq);
    return Promise.resolve();
  }

  onRepublish(listener: (shard: number, fromSeq: number) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  subscribe(): never {
    throw new Error("nobody subscribes here");
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
