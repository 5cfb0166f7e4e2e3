/** Bounds of what waits, and of how long anything is waited for. */
export interface KafkaLimits {
  /** Publications that wait to be sent; more are told to come again. */
  readonly waitingPublicationsMax: number;
  /** Events of one partition sent at once. */
  readonly sendPartitionEventsMax: number;
  /** Bytes of one partition sent at once, headers included; one event is always sent, whatever its size. */
  readonly sendPartitionBytesMax: number;
  /** Within what time a send succeeds or counts as failed, milliseconds. */
  readonly sendWithinMs: number;
  /** Events of one shard that were fetched and wait to be taken; its partition is not fetched beyond it. */
  readonly waitingEventsMax: number;
  /** Bytes of those events; one fetch of `fetchPartitionBytesMax` may come on top. */
  readonly waitingBytesMax: number;
  /** Bytes of one partition that a fetch may bring. */
  readonly fetchPartitionBytesMax: number;
  /** Longest time that a fetch waits at the broker for events, milliseconds; stopping may take as long. */
  readonly fetchWaitMs: number;
  /** Events that the consumer is given at once. */
  readonly deliveryEventsMax: number;
  /** Pause before events are offered again that the consumer failed to take, milliseconds. */
  readonly takeRetryMs: number;
  /** Runs of unconfirmed events remembered by shard; older ones are then remembered as one. */
  readonly unconfirmedRunsMax: number;
  /** Within what time a confirmation succeeds or counts as failed, milliseconds. */
  readonly confirmWithinMs: number;
  /** Time without any sign of life after which a consumer is replaced, milliseconds. */
  readonly silenceMaxMs: number;
  /** Pause before a consumer that crashed is replaced, milliseconds; doubles with each crash up to `driverRetryMaxMs`. */
  readonly restartFirstMs: number;
  /** Time after which the group gives a silent consumer's shards to another, milliseconds. */
  readonly sessionMs: number;
  /** How often the own position is compared with what the topic holds, milliseconds. */
  readonly positionCheckMs: number;
  /** Within what time a request gets its answer or its connection counts as dead, milliseconds. */
  readonly requestWithinMs: number;
  /** Longest time that each step of closing is waited for, milliseconds. */
  readonly closeWithinMs: number;
  /** Within what time a connection is made, milliseconds. */
  readonly connectWithinMs: number;
  /** Times that the driver itself tries a request again before it gives up. */
  readonly driverRetriesMax: number;
  /** Longest pause between two of these, milliseconds. */
  readonly driverRetryMaxMs: number;
}

export const defaultLimits: KafkaLimits = {
  waitingPublicationsMax: 1_024,
  sendPartitionEventsMax: 1_000,
  sendPartitionBytesMax: 524_288,
  sendWithinMs: 30_000,
  waitingEventsMax: 2_000,
  waitingBytesMax: 2_097_152,
  fetchPartitionBytesMax: 1_048_576,
  fetchWaitMs: 250,
  deliveryEventsMax: 500,
  takeRetryMs: 50,
  unconfirmedRunsMax: 256,
  confirmWithinMs: 15_000,
  silenceMaxMs: 30_000,
  restartFirstMs: 100,
  sessionMs: 15_000,
  positionCheckMs: 5_000,
  requestWithinMs: 10_000,
  closeWithinMs: 3_000,
  connectWithinMs: 3_000,
  driverRetriesMax: 6,
  driverRetryMaxMs: 2_000,
};

/** How long topics keep what was published, milliseconds: seven days. */
export const retentionMs = 604_800_000;
/** Shorter retention is refused: unconfirmed events must outlive a long weekend. */
export const retentionMinMs = 86_400_000;
/** How long a wish to publish again is kept, milliseconds. */
export const wishRetentionMs = 3_600_000;
/** Largest set of records that the topic takes at once, bytes: twice what is sent, and more than any one event. */
export const topicMessageBytesMax = 1_048_576;

/** @throws RangeError for a limit that is no positive number, or two that contradict each other */
export function checkedLimits(given: Partial<KafkaLimits> = {}): KafkaLimits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, limit] of Object.entries(limits)) {
    if (!(limit > 0)) throw new RangeError(`event log on Kafka: ${name} is ${limit}`);
  }
  if (limits.sendPartitionBytesMax * 2 > topicMessageBytesMax) {
    throw new RangeError("event log on Kafka: sendPartitionBytesMax is more than a topic takes");
  }
  if (limits.silenceMaxMs < 2 * limits.requestWithinMs) {
    throw new RangeError("event log on Kafka: silenceMaxMs is less than two requests may take");
  }
  return limits;
}
