import { setTimeout as sleep } from "node:timers/promises";
import { testMessages } from "@scrip/testing";
import kafkajs, { type Admin } from "kafkajs";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import * as kafka from "../../../../infra/provision/tools/kafka.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { KafkaEventLog, type KafkaEventLogOptions } from "../src/index.ts";
import { topicNames } from "../src/topics.ts";
import { RetryingRelay, TestLedger, Writer } from "./both-ends.ts";
import { chainId, placeFor } from "./broker-place.ts";

vi.setConfig({ testTimeout: 120_000 });

const streams = 4;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, seq) => seq);
const all = (count: number): number[][] => Array.from({ length: streams }, () => upTo(count));

await withTool(kafka, async (found) => {
  const place = await placeFor(found);
  const client = new kafkajs.Kafka({ brokers: [place.broker.address], logLevel: 0 });
  const admin: Admin = client.admin();
  await admin.connect();
  afterAll(() => admin.disconnect());

  const open: KafkaEventLog[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((log) => log.close()));
  });
  /** A process of its own, as far as Kafka can tell. */
  async function opened(options: KafkaEventLogOptions): Promise<KafkaEventLog> {
    const log = await KafkaEventLog.open(options);
    open.push(log);
    return log;
  }
  /** Options of a log whose positions are looked at often, and what it lost. */
  function watched(): { options: KafkaEventLogOptions & { prefix: string }; lost: unknown[][] } {
    const lost: unknown[][] = [];
    const observer = { lost: (...told: unknown[]) => lost.push(told) };
    return { options: place.newLog({ observer, limits: { positionCheckMs: 100 } }), lost };
  }
  const namesOf = ({ prefix }: { prefix: string }) => topicNames({ prefix, chainId });

  /** Publishes 20 of each shard; of these 10 are on the ledger and 5 confirmed when the writer ends. */
  async function halfWritten(options: KafkaEventLogOptions): Promise<TestLedger> {
    const ledger = new TestLedger(streams);
    const log = await opened(options);
    const publish = async (from: number): Promise<void> => {
      for (let shard = 0; shard < streams; shard++) {
        await log.publish(testMessages(shard, { from, count: 10 }));
      }
    };
    await publish(0);
    const writer = await Writer.start(log, ledger, 5);
    await ledger.hasOfEach(10);
    await writer.stop();
    await publish(10);
    return ledger;
  }

  describe("what Kafka loses", () => {
    it("is not passed over when the group's position was moved to the end", async () => {
      const { options, lost } = watched();
      const ledger = await halfWritten(options);
      const { events, group } = namesOf(options);
      const partitions = upTo(streams).map((partition) => ({ partition, offset: "20" }));
      await admin.setOffsets({ groupId: group, topic: events, partitions });
      await Writer.start(await opened(options), ledger);
      await ledger.hasOfEach(20);
      expect(ledger.written).toEqual(all(20));
      expect(lost).toContainEqual([0, 0, "its position was not set by a writer"]);
    });

    it("comes twice, and counts once, when the group's position was moved to the start", async () => {
      const { options } = watched();
      const ledger = await halfWritten(options);
      const { events, group } = namesOf(options);
      const partitions = upTo(streams).map((partition) => ({ partition, offset: "0" }));
      await admin.setOffsets({ groupId: group, topic: events, partitions });
      const writer = await Writer.start(await opened(options), ledger);
      await ledger.hasOfEach(20);
      expect(ledger.written).toEqual(all(20));
      expect(writer.duplicates).toBe(streams * 10);
    });

    it("is asked for when the topic dropped it before it was confirmed", async () => {
      const { options, lost } = watched();
      const ledger = await halfWritten(options);
      const partitions = upTo(streams).map((partition) => ({ partition, offset: "15" }));
      // This request alone does not make the driver look up a topic that it has not heard of.
      await admin.fetchTopicOffsets(namesOf(options).events);
      await admin.deleteTopicRecords({ topic: namesOf(options).events, partitions });
      const relay = new RetryingRelay(await opened(options), streams);
      relay.addToEach(20);
      await relay.idle();
      await Writer.start(await opened(options), ledger);
      await ledger.hasOfEach(20);
      expect(ledger.written).toEqual(all(20));
      expect(lost).toContainEqual([2, 5, "the topic dropped its next events"]);
      await relay.stop();
    });

    it("is refilled by the relay when the topic went while no writer was there", async () => {
      const { options } = watched();
      const relay = new RetryingRelay(await opened(options), streams);
      relay.addToEach(20);
      await relay.idle();
      await admin.deleteTopics({ topics: [namesOf(options).events] });
      const ledger = new TestLedger(streams);
      await Writer.start(await opened(options), ledger);
      await ledger.hasOfEach(20);
      expect(ledger.written).toEqual(all(20));
      await relay.stop();
    });

    it.each(["events", "wishes"] as const)(
      "is refilled when the topic of %s went while both were idle",
      async (which) => {
        const { options } = watched();
        const relay = new RetryingRelay(await opened(options), streams);
        const ledger = new TestLedger(streams);
        const writer = await Writer.start(await opened(options), ledger);
        relay.addToEach(20);
        await ledger.hasOfEach(20);
        await admin.deleteTopics({ topics: [namesOf(options)[which]] });
        if (which === "events") {
          // Nobody publishes anything: the writer notices by itself, and the relay obeys.
          while (writer.duplicates < streams * 20) await sleep(20);
        }
        relay.addToEach(20);
        await ledger.hasOfEach(40);
        expect(ledger.written).toEqual(all(40));
        await relay.stop();
      },
    );

    it("is refilled when both topics went under two relays and two writers", async () => {
      const { options } = watched();
      const relays = [await opened(options), await opened(options)].map(
        (log) => new RetryingRelay(log, streams, 7),
      );
      const ledger = new TestLedger(streams);
      for (const log of [await opened(options), await opened(options)]) {
        await Writer.start(log, ledger);
      }
      for (const relay of relays) relay.addToEach(100);
      await ledger.hasOfEach(30);
      const { events, wishes } = namesOf(options);
      await admin.deleteTopics({ topics: [events, wishes] });
      for (const relay of relays) relay.addToEach(100);
      await ledger.hasOfEach(200);
      expect(ledger.written).toEqual(all(200));
      await Promise.all(relays.map((relay) => relay.stop()));
    });
  });

  it("passes over messages that are none of ours", async () => {
    const foreign: number[] = [];
    const options = place.newLog({ observer: { foreign: (_, offset) => foreign.push(offset) } });
    const ledger = await halfWritten(options);
    const producer = client.producer();
    await producer.connect();
    const messages = [{ value: "hello", partition: 1 }];
    await producer.send({ topic: namesOf(options).events, messages });
    await producer.disconnect();
    const writer = await Writer.start(await opened(options), ledger);
    await ledger.hasOfEach(20);
    while (foreign.length === 0) await sleep(10);
    await writer.stop();
    expect(foreign).toEqual([20]);
    expect(ledger.written).toEqual(all(20));
  });
});
