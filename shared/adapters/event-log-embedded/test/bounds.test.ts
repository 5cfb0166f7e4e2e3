import { TestConsumer, testMessages } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EmbeddedEventLog } from "../src/index.ts";

const limits = { shardEventsMax: 4, deliveryEventsMax: 4, waitingPublicationsMax: 3 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("bounds of the embedded event log", () => {
  let log: EmbeddedEventLog;
  let consumer: TestConsumer;
  let release: () => void;
  beforeEach(() => {
    log = new EmbeddedEventLog({ limits });
    consumer = new TestConsumer();
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    consumer.before = () => held.then(() => "NONE");
  });
  afterEach(async () => {
    release();
    await log.close();
  });

  /** Publishes; tells whether it resolved. */
  function publishing(from: number, count: number, shard = 0): { done: boolean; error: unknown } {
    const state: { done: boolean; error: unknown } = { done: false, error: undefined };
    log.publish(testMessages(shard, { from, count })).then(
      () => (state.done = true),
      (error: unknown) => (state.error = error),
    );
    return state;
  }

  it("makes whoever publishes wait for a take, in that shard alone", async () => {
    await log.subscribe(consumer);
    const [first, second, third] = [publishing(0, 4), publishing(4, 3), publishing(7, 1)];
    const other = publishing(0, 4, 1);
    await turn();
    expect([first.done, second.done, third.done, other.done]).toEqual([true, false, false, true]);
    release();
    await consumer.hasTaken(0, 8);
    await turn();
    expect([second.done, third.done]).toEqual([true, true]);
    expect(consumer.first.get(0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("has room again for what a confirmation makes needless", async () => {
    const subscription = await log.subscribe(consumer);
    const late = [publishing(0, 4), publishing(4, 4)];
    await subscription.stop();
    await turn();
    expect(late.map(({ done }) => done)).toEqual([true, false]);
    await subscription.confirm(0, 3);
    await turn();
    expect(late[1]?.done).toBe(false);
    await subscription.confirm(0, 4);
    await turn();
    expect(late[1]?.done).toBe(true);
  });

  it("tells those who wait when it closes, and that they may have been heard", async () => {
    const waiting = publishing(0, 6);
    await turn();
    expect(waiting).toEqual({ done: false, error: undefined });
    await log.close();
    await turn();
    expect(waiting.error).toMatchObject({ code: "UNAVAILABLE", outcomeKnown: false });
  });

  it("turns away whoever would wait behind too many", async () => {
    const [, , third, fourth] = [5, 6, 7, 8].map((from) => publishing(from, 5));
    await turn();
    expect(third).toEqual({ done: false, error: undefined });
    expect(fourth?.error).toMatchObject({ code: "UNAVAILABLE" });
  });

  it("counts bytes too, and lets in one event of any size", async () => {
    log = new EmbeddedEventLog({ limits: { ...limits, shardBytesMax: 1 } });
    const [one, two] = [publishing(0, 1), publishing(1, 1)];
    await turn();
    expect([one.done, two.done]).toEqual([true, false]);
    release();
    await log.subscribe(consumer);
    await consumer.hasTaken(0, 2);
  });

  it("remembers what was asked for until a relay listens", async () => {
    await log.republishFrom(1, 9);
    await log.republishFrom(1, 5);
    await log.republishFrom(2, 7);
    const heard: [number, number][] = [];
    log.onRepublish((...asked) => heard.push(asked));
    expect(heard).toEqual([]);
    await turn();
    expect(heard).toEqual([
      [1, 5],
      [2, 7],
    ]);
    log.onRepublish((...asked) => heard.push(asked));
    await turn();
    expect(heard.length).toBe(2);
  });

  it("says which consumer failed, and why", async () => {
    const failures: [number, unknown][] = [];
    log = new EmbeddedEventLog({
      limits: { takeRetryMs: 1 },
      takeFailed: (...failure) => failures.push(failure),
    });
    consumer.before = () => (failures.length === 0 ? "BEFORE" : "NONE");
    await log.subscribe(consumer);
    await log.publish(testMessages(6, { from: 0, count: 1 }));
    await consumer.hasTaken(6, 1);
    expect(failures).toEqual([[6, expect.objectContaining({ code: "UNAVAILABLE" })]]);
  });

  it("refuses a limit that lets nothing through", () => {
    expect(() => new EmbeddedEventLog({ limits: { shardEventsMax: 0 } })).toThrow("shardEventsMax");
  });
});
