/** Bounds of what waits in the log, of one shard. */
export interface EventLogLimits {
  /** Events that are published and not yet taken; whoever publishes more waits. */
  readonly shardEventsMax: number;
  /** Bytes of those events; one event is always let in, whatever its size. */
  readonly shardBytesMax: number;
  /** Events that the consumer is given at once. */
  readonly deliveryEventsMax: number;
  /** Publications that wait for room; more are told to come again. */
  readonly waitingPublicationsMax: number;
  /** Pause before messages are offered again that the consumer failed to take, milliseconds. */
  readonly takeRetryMs: number;
}

export const defaultLimits: EventLogLimits = {
  shardEventsMax: 2_000,
  shardBytesMax: 4_194_304,
  deliveryEventsMax: 500,
  waitingPublicationsMax: 16,
  takeRetryMs: 50,
};
