import { sha256 } from "@scrip/merkle-log";
import { nextChain } from "@scrip/wire";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  relayBatchBytesMax,
  relayBatchEventsMax,
  relayDrainMaxMs,
} from "../../src/streams/limits.ts";
import {
  backoffMs,
  checkOutbox,
  positionAt,
  Relay,
  systemPause,
  type Pause,
} from "../../src/streams/index.ts";
import { MemoryOutbox, startChain } from "./memory-outbox.ts";
import { RecordingEventLog } from "./recording-event-log.ts";

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function given({ streams = 3, drainMs = 60_000, meanwhile = () => Promise.resolve() } = {}) {
  const outbox = new MemoryOutbox(streams);
  const eventLog = new RecordingEventLog();
  const observer = { published: vi.fn(), failed: vi.fn(), broken: vi.fn(), missing: vi.fn() };
  const pauses: number[] = [];
  const pause: Pause = (ms, signal) => {
    if (ms === relayDrainMaxMs) return systemPause(drainMs, signal);
    pauses.push(ms);
    return meanwhile();
  };
  const relay = new Relay({ outbox, eventLog, hash: sha256, observer, pause });
  running.push(relay);
  return { outbox, eventLog, observer, pauses, relay };
}

const running: Relay[] = [];
afterEach(async () => {
  for (const relay of running.splice(0)) await relay.stop();
});

describe("relay", () => {
  it("publishes each stream in order, with the chain before each event", async () => {
    const { outbox, eventLog, relay } = given();
    outbox.append(0, "a", "b", "c");
    outbox.append(2, "x");
    await relay.start();
    await relay.stop();
    expect(eventLog.seqs(0)).toEqual([0, 1, 2]);
    expect(eventLog.seqs(2)).toEqual([0]);
    let chain = startChain;
    for (const message of eventLog.of(0)) {
      expect(message).toMatchObject({ epoch: 1, chainBefore: chain });
      chain = nextChain(sha256, chain, message.eventId);
    }
  });

  it("wakes when events are saved", async () => {
    const { outbox, eventLog, relay } = given();
    await relay.start();
    outbox.append(1, "a");
    await vi.waitFor(() => expect(eventLog.seqs(1)).toEqual([0]));
    outbox.append(1, "b", "c");
    await vi.waitFor(() => expect(eventLog.seqs(1)).toEqual([0, 1, 2]));
  });

  it("begins at the trim point, from the chain that is kept there", async () => {
    const { outbox, eventLog, relay } = given();
    outbox.append(0, "a", "b", "c");
    const at = await positionAt({ outbox, shard: 0, hash: sha256 }, 2);
    await outbox.trim(0, at);
    await relay.start();
    await relay.stop();
    expect(eventLog.of(0)).toMatchObject([{ seq: 2, chainBefore: at.chain }]);
  });

  it("bounds a publication by events and by bytes, and still takes one large event", async () => {
    const { outbox, eventLog, relay } = given();
    outbox.append(0, ...numbers(0, relayBatchEventsMax + 10).map(String));
    outbox.append(1, ...numbers(0, 4).map((n) => String(n).repeat(relayBatchBytesMax / 2 + 1)));
    const sizes: number[] = [];
    const publish = eventLog.publish.bind(eventLog);
    eventLog.publish = (messages) => {
      if (messages[0]?.shard === 1) sizes.push(messages.length);
      return publish(messages);
    };
    await relay.start();
    await relay.stop();
    expect(eventLog.largest).toBe(relayBatchEventsMax);
    expect(eventLog.seqs(0)).toEqual(numbers(0, relayBatchEventsMax + 10));
    expect(sizes).toEqual([1, 1, 1, 1]);
  });

  it("publishes again after a failure, and after one that had taken place", async () => {
    const { outbox, eventLog, observer, pauses, relay } = given();
    eventLog.faults.push("LOST", "DONE", "LOST");
    outbox.append(0, "a", "b");
    await relay.start();
    await vi.waitFor(() => expect(eventLog.published).toHaveLength(4));
    expect(eventLog.seqs(0)).toEqual([0, 1, 0, 1]);
    expect(observer.failed).toHaveBeenCalledTimes(3);
    expect(pauses).toEqual([50, 100, 200]);
  });

  it("survives an outbox that cannot be read for a while", async () => {
    const { outbox, eventLog, relay } = given({ streams: 1 });
    await relay.start();
    outbox.readFailures = 2;
    outbox.append(0, "a");
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0]));
  });

  it("obeys a wish to publish again from a position", async () => {
    const { outbox, eventLog, relay } = given();
    outbox.append(0, "a", "b", "c");
    await relay.start();
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0, 1, 2]));
    const first = eventLog.of(0);
    await eventLog.republishFrom(0, 1);
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0, 1, 2, 1, 2]));
    expect(eventLog.of(0).slice(3)).toEqual(first.slice(1));
  });

  it("does not leap over unpublished events when asked for later ones", async () => {
    const { outbox, eventLog, relay } = given();
    await relay.start();
    outbox.append(0, "a", "b");
    await eventLog.republishFrom(0, 2);
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0, 1]));
  });

  it("says what it can no longer publish, and goes on from what is kept", async () => {
    const { outbox, eventLog, observer, relay } = given();
    outbox.append(0, "a", "b", "c");
    await relay.start();
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0, 1, 2]));
    await outbox.trim(0, await positionAt({ outbox, shard: 0, hash: sha256 }, 2));
    await eventLog.republishFrom(0, 1);
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([0, 1, 2, 2]));
    expect(observer.missing).toHaveBeenCalledWith(0, 1, 2);
  });

  it("goes on at the trim point when another writer trimmed past it", async () => {
    const { outbox, eventLog, relay } = given({
      streams: 1,
      meanwhile: async () =>
        outbox.trim(0, await positionAt({ outbox, shard: 0, hash: sha256 }, 2)),
    });
    eventLog.faults.push("LOST");
    outbox.append(0, "a", "b", "c");
    await relay.start();
    await vi.waitFor(() => expect(eventLog.seqs(0)).toEqual([2]));
  });

  it("drains when it stops, and leaves the rest in the outbox when it cannot", async () => {
    const { outbox, eventLog, relay } = given();
    await relay.start();
    outbox.append(0, "a", "b");
    await relay.stop();
    expect(eventLog.seqs(0)).toEqual([0, 1]);

    const other = given();
    await other.relay.start();
    other.eventLog.faults.push("LOST");
    other.outbox.append(0, "a");
    await other.relay.stop();
    expect(other.eventLog.published).toEqual([]);
    expect(await other.outbox.nextSeq(0)).toBe(1);
  });

  it("does not wait for ever for a log that takes nothing", async () => {
    const { outbox, eventLog, relay } = given({ drainMs: 1 });
    await relay.start();
    eventLog.publish = () => new Promise(() => undefined);
    outbox.append(0, "a");
    await relay.stop();
    expect(await outbox.nextSeq(0)).toBe(1);
  });

  it("stops a stream whose publication fails for good; the others go on", async () => {
    const { outbox, eventLog, observer, relay } = given();
    await relay.start();
    eventLog.faults.push(new TypeError("a broken promise"));
    outbox.append(0, "a");
    await vi.waitFor(() => expect(observer.broken).toHaveBeenCalledWith(0, expect.any(TypeError)));
    outbox.append(1, "x");
    await vi.waitFor(() => expect(eventLog.seqs(1)).toEqual([0]));
    expect(eventLog.seqs(0)).toEqual([]);
  });
});

describe("start check", () => {
  it("gives the head of every stream", async () => {
    const { outbox } = given();
    outbox.append(1, "a", "b");
    const heads = await checkOutbox(outbox, sha256);
    expect(heads.map(({ seq }) => seq)).toEqual([0, 2, 0]);
    expect(heads[1]).toEqual(await positionAt({ outbox, shard: 1, hash: sha256 }, 2));
  });

  it.each([
    [
      "other bytes",
      { bytes: new Uint8Array([1]) },
      /shard 1: event 1 is kept as [0-9a-f]{64}, but its bytes hash to/,
    ],
    ["another id", { eventId: "ff".repeat(32) }, /shard 1: event 1 is kept as ff/],
    ["a gap", null, /shard 1: event 1 is missing, the next one kept is event 2/],
    ["a doubled number", { seq: 0 }, /shard 1: event 1 is missing/],
  ])("refuses %s by name and publishes nothing", async (_, damage, message) => {
    const { outbox, eventLog, relay } = given();
    outbox.append(0, "fine");
    outbox.append(1, "a", "b", "c");
    outbox.damage(1, 1, damage);
    await expect(relay.start()).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringMatching(message),
    });
    expect(eventLog.published).toEqual([]);
  });

  it("refuses a stream that ends before its next number", async () => {
    const { outbox, relay } = given();
    outbox.append(1, "a", "b");
    outbox.nextSeq = () => Promise.resolve(3);
    await expect(relay.start()).rejects.toThrow(
      /shard 0: event 0 is missing, the next number is 3/,
    );
  });
});

describe("pauses", () => {
  it("double up to their limit", () => {
    const pauses = [1, 2, 3, 4, 5, 60].map((failures) =>
      backoffMs(failures, { firstMs: 10, maxMs: 100 }),
    );
    expect(pauses).toEqual([10, 20, 40, 80, 100, 100]);
  });
});
