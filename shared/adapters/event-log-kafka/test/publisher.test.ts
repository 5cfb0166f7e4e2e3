import type { PortError } from "@scrip/ports";
import { testMessages } from "@scrip/testing";
import type { Producer, ProducerBatch } from "kafkajs";
import { beforeEach, describe, expect, it } from "vitest";
import { Renewed } from "../src/driver/renewed.ts";
import { checkedLimits } from "../src/limits.ts";
import { toKafka } from "../src/message.ts";
import { Publisher } from "../src/publisher.ts";

const chainId = "scrip.test/log";
const messages = (shard: number, count: number, from = 0) => testMessages(shard, { from, count });
const [sample] = messages(0, 1);
const messageBytes = sample === undefined ? 0 : toKafka(chainId, sample).bytes;

/** Producers that a test lets succeed or fail, one send at a time. */
class Sends {
  readonly sent: { producer: number; partitions: number[] }[] = [];
  producers = 0;
  atOnce = 0;
  atOnceMax = 0;
  fail: (nth: number) => Error | undefined = () => undefined;

  make(): Producer {
    const producer = ++this.producers;
    const sendBatch = async ({ topicMessages = [] }: ProducerBatch): Promise<[]> => {
      this.atOnceMax = Math.max(this.atOnceMax, ++this.atOnce);
      await new Promise(setImmediate);
      this.atOnce -= 1;
      const partitions = topicMessages.flatMap((one) =>
        one.messages.map(({ partition = -1 }) => partition),
      );
      const error = this.fail(this.sent.push({ producer, partitions }));
      if (error !== undefined) throw error;
      return [];
    };
    return { sendBatch, disconnect: () => Promise.resolve() } as Partial<Producer> as Producer;
  }
}

describe("publishing", () => {
  let sends: Sends;
  let publisher: Publisher;
  let failures: PortError[];
  beforeEach(() => {
    sends = new Sends();
    failures = [];
    publisher = new Publisher({
      producer: new Renewed(async () => sends.make()),
      topic: "events",
      chainId,
      limits: checkedLimits({
        sendPartitionEventsMax: 4,
        sendPartitionBytesMax: 3 * messageBytes,
        waitingPublicationsMax: 5,
      }),
      failed: async (error) => void failures.push(error),
    });
  });

  it("sends what comes together at once, and what comes meanwhile next", async () => {
    const first = [publisher.publish(messages(0, 2)), publisher.publish(messages(1, 2))];
    await Promise.all(first);
    await Promise.all([0, 1, 2, 3, 4].map((shard) => publisher.publish(messages(shard, 1))));
    expect(sends.sent.map(({ partitions }) => partitions)).toEqual([
      [0, 0, 1, 1],
      [0, 1, 2, 3, 4],
    ]);
    expect([sends.atOnceMax, sends.producers]).toEqual([1, 1]);
  });

  it("sends no more of a partition than the topic takes, and the rest in order", async () => {
    await Promise.all([publisher.publish(messages(0, 7)), publisher.publish(messages(1, 1))]);
    expect(sends.sent.map(({ partitions }) => partitions)).toEqual([[0, 0, 0, 1], [0, 0, 0], [0]]);
    expect(sends.atOnceMax).toBe(1);
  });

  it("refuses all that waits when a send failed, and never uses that producer again", async () => {
    sends.fail = (nth) => (nth === 2 ? new Error("connection closed") : undefined);
    const outcomes = await Promise.allSettled([
      publisher.publish(messages(0, 9)),
      publisher.publish(messages(1, 1)),
    ]);
    // Of the first, three were sent and three failed: the last three must not overtake those.
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(failures).toMatchObject([{ code: "UNAVAILABLE", outcomeKnown: false }]);
    await publisher.publish(messages(0, 3));
    expect(sends.sent.map(({ producer }) => producer)).toEqual([1, 1, 2]);
  });

  it("tells those who come again later that too many wait", async () => {
    const waiting = [0, 1, 2, 3, 4].map((shard) => publisher.publish(messages(shard, 1)));
    expect(() => publisher.publish(messages(5, 1))).toThrow(
      expect.objectContaining({ code: "UNAVAILABLE", retryable: true }),
    );
    await Promise.all(waiting);
    await expect(publisher.publish([])).resolves.toBeUndefined();
  });

  it("tells a message that can never be sent from a broker that is away", async () => {
    sends.fail = () => Object.assign(new Error("too large"), { type: "MESSAGE_TOO_LARGE" });
    await expect(publisher.publish(messages(0, 1))).rejects.toMatchObject({
      code: "CONTRACT_BROKEN",
      retryable: false,
    });
  });
});
