import { describe, expect, it } from "vitest";
import { testMessages } from "@scrip/testing";
import kafkajs from "kafkajs";
import * as kafka from "../../../../infra/provision/tools/kafka.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { KafkaEventLog } from "../src/index.ts";
import { topicNames } from "../src/topics.ts";
import { chainId, placeFor } from "./broker-place.ts";

await withTool(kafka, async (found) => {
  const place = await placeFor(found);
  const client = new kafkajs.Kafka({ brokers: [place.broker.address], logLevel: 0 });

  /** A topic of events that somebody else made. */
  async function made(prefix: string, partitions: number, settings: Record<string, string> = {}) {
    const admin = client.admin();
    await admin.connect();
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    const topic = topicNames({ prefix, chainId }).events;
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] });
    await admin.disconnect();
  }

  describe("topics", () => {
    it("that others made are taken as they are, if that is as they have to be", async () => {
      const options = place.newLog();
      await made(options.prefix, 4, { "retention.ms": "-1" });
      for (const _ of [1, 2]) {
        const log = await KafkaEventLog.open(options);
        await expect(log.publish(testMessages(3, { from: 0, count: 1 }))).resolves.toBeUndefined();
        await log.close();
      }
    });

    it("of another size are refused", async () => {
      const options = place.newLog();
      await (await KafkaEventLog.open(options)).close();
      await expect(KafkaEventLog.open({ ...options, streams: 5 })).rejects.toMatchObject({
        code: "NOT_OURS",
        message: expect.stringContaining("has 4 partitions, not 5"),
      });
    });

    it("of another chain are refused", async () => {
      const options = place.newLog();
      await (await KafkaEventLog.open(options)).close();
      const other = { ...options, chainId: "scrip.test/other" };
      await expect(KafkaEventLog.open(other)).rejects.toMatchObject({
        code: "NOT_OURS",
        message: expect.stringContaining("another chain"),
      });
    });

    it.each([
      ["retention.ms", "60000"],
      ["retention.bytes", "1000000"],
      ["cleanup.policy", "compact"],
      ["max.message.bytes", "1000"],
    ])("that keep too little are refused: %s=%s", async (name, value) => {
      const options = place.newLog();
      await made(options.prefix, 4, { [name]: value });
      await expect(KafkaEventLog.open(options)).rejects.toMatchObject({ code: "NOT_OURS" });
    });

    it("are made by one of many who come at once", async () => {
      const options = place.newLog();
      const logs = await Promise.all([0, 1, 2, 3].map(() => KafkaEventLog.open(options)));
      await Promise.all(logs.map((log) => log.close()));
      expect(logs).toHaveLength(4);
    });
  });

  it("is unavailable where no broker answers", async () => {
    const limits = { driverRetriesMax: 1, connectWithinMs: 200 };
    const nowhere = place.newLog({ brokers: ["127.0.0.1:1"], limits });
    await expect(KafkaEventLog.open(nowhere)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      retryable: true,
    });
  });
});
