import {
  PortError,
  type EventConsumer,
  type EventLog,
  type EventMessage,
  type EventSubscription,
} from "@scrip/ports";

/** Delivers what a test says, and again what it is asked for when it has a source. */
export class ScriptedEventLog implements EventLog {
  readonly confirmed = new Map<number, number>();
  readonly asked: { readonly shard: number; readonly fromSeq: number }[] = [];
  /** Whole streams by shard: what `republishFrom` delivers from. */
  readonly sources = new Map<number, readonly EventMessage[]>();
  confirmFailures = 0;
  askFailures = 0;
  #consumer: EventConsumer | null = null;

  async deliver(messages: readonly EventMessage[]): Promise<void> {
    const [first] = messages;
    if (first !== undefined) await this.#consumer?.take(first.shard, messages);
  }

  subscribe(consumer: EventConsumer): Promise<EventSubscription> {
    this.#consumer = consumer;
    return Promise.resolve({
      confirm: (shard, nextSeq) => {
        if (this.confirmFailures > 0) {
          this.confirmFailures -= 1;
          return Promise.reject(new PortError("UNAVAILABLE", "the log is away"));
        }
        this.confirmed.set(shard, nextSeq);
        return Promise.resolve();
      },
      stop: () => {
        this.#consumer = null;
        return Promise.resolve();
      },
    });
  }

  async republishFrom(shard: number, fromSeq: number): Promise<void> {
    this.asked.push({ shard, fromSeq });
    if (this.askFailures > 0) {
      this.askFailures -= 1;
      throw new PortError("UNAVAILABLE", "the log is away");
    }
    await this.deliver((this.sources.get(shard) ?? []).slice(fromSeq));
  }

  publish(): never {
    throw new Error("a writer publishes nothing");
  }

  onRepublish(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
