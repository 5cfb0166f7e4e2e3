import { sha256 } from "@scrip/merkle-log";
import { createLogger } from "@scrip/service-kit";
import { CommittedRegistry } from "@scrip/application";
import {
  FixedClock,
  MemoryCardDisk,
  MemoryCardStore,
  SeededIdentity,
  storeGiven,
} from "@scrip/testing";
import { Registry } from "prom-client";
import { expect, it, vi } from "vitest";
import { composeRelay } from "../src/index.ts";
import { failingLog, outboxOf } from "./one-stream.ts";

function given(texts: string[], failures = 0) {
  const lines: string[] = [];
  const metrics = new Registry();
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "relay", level: "info", destination });
  const outbox = outboxOf(...texts);
  const eventLog = failingLog(failures);
  const sweeping = {
    store: new MemoryCardStore(new MemoryCardDisk(1, storeGiven.suiteStart)),
    registry: new CommittedRegistry(),
    finality: { of: async () => "COMMITTED" as const },
    clock: new FixedClock(),
    identity: new SeededIdentity("relay"),
  };
  const relay = composeRelay({ outbox, eventLog, hash: sha256, sweeping, logger, metrics });
  return { relay, outbox, eventLog, metrics, lines };
}

it("publishes, and counts what it publishes", async () => {
  const { relay, eventLog, metrics } = given(["a", "b"], 1);
  await relay.start();
  await vi.waitFor(() => expect(eventLog.published.map(({ seq }) => seq)).toEqual([0, 1]));
  expect(await relay.readiness.check()).toBeUndefined();
  const text = await metrics.metrics();
  expect(text).toContain("scrip_relay_published_events_total 2");
  expect(text).toContain("scrip_relay_failures_total 1");
  expect(text).toContain('scrip_outbox_depth_events{shard="0"} 2');
  await relay.stop();
});

it("is not ready once a stream is broken under it, and says which in one line", async () => {
  const { relay, outbox, metrics, lines } = given(["a", "b"], 1);
  await relay.start();
  outbox.entries.shift();
  await vi.waitFor(async () => expect(await relay.readiness.check()).toBe("stopped for shard 0"));
  expect(lines.filter((line) => line.includes("relay of this shard stopped"))).toHaveLength(1);
  expect(await metrics.metrics()).toContain("scrip_relay_broken_streams 1");
  await relay.stop();
});

it("does not start on an outbox that is not what was saved", async () => {
  const { relay, outbox, eventLog } = given(["a", "b"]);
  outbox.entries.shift();
  await expect(relay.start()).rejects.toThrow(/outbox of shard 0: event 0 is missing/);
  expect(eventLog.published).toEqual([]);
});
