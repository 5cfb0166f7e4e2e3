/** Bounds and listeners of the log; every one has a default. */
export interface EmbeddedEventLogOptions {
  /** Events of one shard that wait for the consumer, at most; whoever publishes more waits. */
  readonly shardEventsMax?: number;
}

/**
 * Event log in the process. It keeps nothing on disk and nothing that was taken: the outbox is the truth, and the relay
 * publishes again from the trim point when the process starts.
 */
export class EmbeddedEventLog {}
