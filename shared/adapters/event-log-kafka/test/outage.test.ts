import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import * as kafka from "../../../../infra/provision/tools/kafka.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { Connections } from "../src/driver/connections.ts";
import { WatchedConsumer } from "../src/driver/watched-consumer.ts";
import { defaultLimits, KafkaEventLog, type KafkaEventLogOptions } from "../src/index.ts";
import { topicNames } from "../src/topics.ts";
import { RetryingRelay, TestLedger, Writer } from "./both-ends.ts";
import { placeFor } from "./broker-place.ts";
import { TcpProxy } from "./tcp-proxy.ts";

vi.setConfig({ testTimeout: 120_000 });

const streams = 4;
const upTo = (count: number): number[] => Array.from({ length: count }, (_, seq) => seq);
const all = (count: number): number[][] => Array.from({ length: streams }, () => upTo(count));
async function until(done: () => boolean): Promise<void> {
  while (!done()) await sleep(10);
}

/** Nobody here waits as long as in earnest. */
const limits = {
  requestWithinMs: 1_000,
  silenceMaxMs: 2_000,
  sendWithinMs: 4_000,
  confirmWithinMs: 2_000,
  positionCheckMs: 200,
  closeWithinMs: 1_000,
  sessionMs: 6_000,
};

await withTool(kafka, async (found) => {
  const wire = await TcpProxy.open();
  afterAll(() => wire.close());
  // Clients are told to come by the wire, whatever address they knew.
  const place = await placeFor(found, {
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${wire.port}`,
  });
  wire.target = place.broker.ports.broker;

  const open: KafkaEventLog[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((log) => log.close()));
  });
  async function opened(options: KafkaEventLogOptions): Promise<KafkaEventLog> {
    const log = await KafkaEventLog.open(options);
    open.push(log);
    return log;
  }
  /** One relay and one writer, as two processes. */
  async function running(more: Partial<KafkaEventLogOptions> = {}) {
    const options = place.newLog({ ...more, limits });
    const ledger = new TestLedger(streams);
    const relay = new RetryingRelay(await opened(options), streams, 10);
    const writer = await Writer.start(await opened(options), ledger);
    return { options, ledger, relay, writer };
  }

  describe("under publishing", () => {
    it("brings everything when the broker is killed and comes back", async () => {
      const { ledger, relay } = await running();
      relay.addToEach(2_000);
      await ledger.hasOfEach(100);
      await place.broker.kill();
      const known = ledger.written.map(({ length }) => length);
      expect(Math.min(...known)).toBeLessThan(2_000);
      await place.restart();
      await ledger.hasOfEach(2_000);
      expect(ledger.written).toEqual(all(2_000));
      await relay.stop();
    });

    it("brings everything when the broker stands still for a while", async () => {
      const { ledger, relay } = await running();
      relay.addToEach(1_000);
      await ledger.hasOfEach(100);
      place.broker.signal("SIGSTOP");
      await sleep(8_000);
      place.broker.signal("SIGCONT");
      await ledger.hasOfEach(1_000);
      expect(ledger.written).toEqual(all(1_000));
      await relay.stop();
    });

    it("brings everything when every connection goes dead without a word", async () => {
      const { ledger, relay } = await running();
      relay.addToEach(1_000);
      await ledger.hasOfEach(100);
      wire.kill();
      await sleep(3_000);
      wire.heal();
      await ledger.hasOfEach(1_000);
      expect(ledger.written).toEqual(all(1_000));
      await relay.stop();
    });

    it("shares the shards with a second writer, and gives them back when it goes", async () => {
      const { options, ledger, relay, writer } = await running();
      relay.addToEach(500);
      await ledger.hasOfEach(50);
      const second = await Writer.start(await opened(options), ledger);
      relay.addToEach(500);
      await ledger.hasOfEach(1_000);
      relay.addToEach(100);
      await ledger.hasOfEach(1_100);
      const shares = [writer, second].map(({ given }) => given.size);
      // The first one had all; the second one got its half of them.
      expect(shares).toEqual([streams, streams / 2]);
      await writer.stop();
      relay.addToEach(500);
      await ledger.hasOfEach(1_600);
      expect(second.given.size).toBe(streams);
      expect(ledger.written).toEqual(all(1_600));
      await relay.stop();
    });
  });

  it("replaces a consumer that hears nothing more and says nothing", async () => {
    const options = place.newLog({ limits });
    const relay = new RetryingRelay(await opened(options), streams);
    // A driver that would wait for minutes.
    const patient = { ...defaultLimits, requestWithinMs: 120_000, silenceMaxMs: 1_500 };
    const seen = { batches: 0, silences: 0 };
    const consumer = new WatchedConsumer({
      connections: new Connections(options, patient),
      limits: { ...patient, requestWithinMs: 1_000 },
      group: options.prefix,
      topic: topicNames(options).events,
      joined: () => undefined,
      batch: async () => void (seen.batches += 1),
      silent: () => (seen.silences += 1),
      topicLost: () => Promise.resolve(),
      failed: (told) => expect.unreachable(told.message),
    });
    await consumer.start();
    relay.addToEach(1);
    await until(() => seen.batches === streams);
    wire.kill();
    await until(() => seen.silences > 0);
    wire.heal();
    // Nothing was committed: the new one begins anew.
    await until(() => seen.batches >= 2 * streams);
    expect(seen.silences).toBeGreaterThan(0);
    await consumer.stop();
    await relay.stop();
  });
});
