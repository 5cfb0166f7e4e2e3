/** One event on its way to the ledger. */
export interface EventMessage {
  readonly shard: number;
  readonly epoch: number;
  readonly seq: number;
  /** Stream chain before this event, 32 bytes hex. */
  readonly chainBefore: string;
  readonly eventId: string;
  readonly bytes: Uint8Array;
  /** W3C Trace Context of the request that caused it, if it was traced. Nothing depends on it. */
  readonly traceparent?: string;
}

export interface EventConsumer {
  /**
   * Takes messages of one shard, in order. Duplicates and replays happen; gaps do not, unless the log lost data.
   * The next call for this shard comes after this one resolved. Taking is not confirming.
   */
  take(shard: number, messages: readonly EventMessage[]): Promise<void>;
}

export interface EventSubscription {
  /** Everything of the shard before `nextSeq` is on the ledger: it need not be delivered again. */
  confirm(shard: number, nextSeq: number): Promise<void>;
  stop(): Promise<void>;
}

/** Carries events from relay to chain-writer, per shard in order, at least once. */
export interface EventLog {
  /** Resolves when the log has them as durably as it can; the outbox stays the truth until the ledger has the event. */
  publish(messages: readonly EventMessage[]): Promise<void>;
  /** One consumer at a time per shard. Delivery begins at the last confirmed position. */
  subscribe(consumer: EventConsumer): Promise<EventSubscription>;
  /** Asks the relay to publish a shard again from `fromSeq` on: the log lost data or never had it. */
  republishFrom(shard: number, fromSeq: number): Promise<void>;
  /** The relay's side of `republishFrom`. Returns the way to stop. */
  onRepublish(listener: (shard: number, fromSeq: number) => void): () => void;
  close(): Promise<void>;
}
