import type { EventLog } from "@scrip/ports";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failing, failOnce } from "../faults/failing.ts";
import { TestConsumer } from "./test-consumer.ts";
import { testMessages } from "./test-messages.ts";
import { TestRelay } from "./test-relay.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, seq) => seq);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What every event log promises. `newLog` opens an empty one. */
export function eventLogSuite(name: string, newLog: () => Promise<EventLog>): void {
  describe(`event log: ${name}`, () => {
    let log: EventLog;
    let consumer: TestConsumer;
    beforeEach(async () => {
      log = await newLog();
      consumer = new TestConsumer();
    });
    afterEach(() => log.close());

    it("carries messages as they are, each shard in order", async () => {
      await log.subscribe(consumer);
      const [zero, one] = [0, 1].map((shard) => testMessages(shard, { from: 0, count: 5 }));
      await log.publish(zero ?? []);
      await log.publish(one ?? []);
      await Promise.all([consumer.hasTaken(0, 5), consumer.hasTaken(1, 5)]);
      expect(consumer.taken.get(0)).toEqual(zero);
      expect(consumer.taken.get(1)).toEqual(one);
    });

    it("takes messages of several shards in one publication", async () => {
      await log.subscribe(consumer);
      const mixed = upTo(6).flatMap((seq) => testMessages(seq % 2, { from: seq >> 1, count: 1 }));
      await log.publish(mixed);
      await Promise.all([consumer.hasTaken(0, 3), consumer.hasTaken(1, 3)]);
      expect([consumer.seqs(0), consumer.seqs(1)]).toEqual([upTo(3), upTo(3)]);
      await log.publish([]);
    });

    it("keeps what was published before anyone listened", async () => {
      await log.publish(testMessages(3, { from: 7, count: 3 }));
      await log.subscribe(consumer);
      await consumer.hasTaken(3, 3);
      expect(consumer.seqs(3)).toEqual([7, 8, 9]);
    });

    it("gives a shard the next messages only when it took the last, and holds up no other", async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      consumer.before = (shard) => (shard === 0 ? held.then(() => "NONE") : "NONE");
      await log.subscribe(consumer);
      for (const seq of upTo(4)) {
        await log.publish(testMessages(0, { from: seq, count: 1 }));
        await log.publish(testMessages(1, { from: seq, count: 1 }));
      }
      await consumer.hasTaken(1, 4);
      expect(consumer.seqs(0)).toEqual([]);
      release();
      await consumer.hasTaken(0, 4);
      expect(consumer.seqs(0)).toEqual(upTo(4));
      expect(consumer.overlapped).toBe(false);
    });

    it("has one consumer at a time", async () => {
      const subscription = await log.subscribe(consumer);
      await expect(log.subscribe(new TestConsumer())).rejects.toMatchObject({
        code: "CONTRACT_BROKEN",
      });
      await subscription.stop();
      await subscription.stop();
      const next = new TestConsumer();
      await log.subscribe(next);
      await log.publish(testMessages(0, { from: 0, count: 1 }));
      await next.hasTaken(0, 1);
      expect(consumer.seqs(0)).toEqual([]);
    });

    it("begins at the last confirmed position for the next consumer", async () => {
      const relay = new TestRelay(log, 3);
      const subscription = await log.subscribe(consumer);
      relay.add(0, 10);
      relay.add(1, 4);
      await Promise.all([consumer.hasTaken(0, 10), consumer.hasTaken(1, 4)]);
      await subscription.confirm(0, 6);
      await subscription.confirm(0, 5);
      await subscription.stop();
      relay.add(0, 2);
      const next = new TestConsumer();
      await log.subscribe(next);
      await Promise.all([next.hasTaken(0, 6), next.hasTaken(1, 4)]);
      expect(next.first.get(0)).toEqual([6, 7, 8, 9, 10, 11]);
      expect(next.first.get(1)).toEqual(upTo(4));
      await relay.stop();
    });

    it("skips nothing when a confirmation comes while messages are being taken", async () => {
      const subscription = await log.subscribe(consumer);
      await log.publish(testMessages(0, { from: 0, count: 3 }));
      await consumer.hasTaken(0, 3);
      // Then some of those being taken right now are on the ledger already.
      consumer.before = () => subscription.confirm(0, 3).then(() => "NONE");
      await log.publish(testMessages(0, { from: 1, count: 4 }));
      await log.publish(testMessages(0, { from: 5, count: 4 }));
      await consumer.hasTaken(0, 9);
      expect(consumer.first.get(0)).toEqual(upTo(9));
    });

    it("tells the relay what to publish again, until it no longer listens", async () => {
      const heard: [number, number][] = [];
      const stop = log.onRepublish((...asked) => heard.push(asked));
      await log.republishFrom(2, 17);
      await turn();
      expect(heard).toEqual([[2, 17]]);
      stop();
      await log.republishFrom(2, 18);
      await turn();
      expect(heard).toEqual([[2, 17]]);
    });

    it("delivers replays and duplicates in the order in which they came", async () => {
      await log.subscribe(consumer);
      for (const from of [0, 0, 2, 1]) await log.publish(testMessages(0, { from, count: 3 }));
      await consumer.hasTaken(0, 5);
      while (consumer.seqs(0).length < 12) await turn();
      expect(consumer.seqs(0)).toEqual([0, 1, 2, 0, 1, 2, 2, 3, 4, 1, 2, 3]);
    });

    it.each(["BEFORE", "AFTER"] as const)(
      "loses nothing and skips nothing when a take fails %s it was done",
      async (fault) => {
        let takes = 0;
        consumer.before = () => (++takes === 1 ? fault : "NONE");
        await log.subscribe(consumer);
        await log.publish(testMessages(0, { from: 0, count: 4 }));
        await log.publish(testMessages(0, { from: 4, count: 4 }));
        await consumer.hasTaken(0, 8);
        expect(consumer.first.get(0)).toEqual(upTo(8));
        expect(consumer.overlapped).toBe(false);
      },
    );

    it.each(["BEFORE", "AFTER"] as const)(
      "has each message when a publication failed %s it was done and is made again",
      async (fault) => {
        const flaky = failing(log, failOnce("publish", fault));
        await log.subscribe(consumer);
        const messages = testMessages(0, { from: 0, count: 4 });
        await expect(flaky.publish(messages)).rejects.toMatchObject({ outcomeKnown: false });
        await flaky.publish(messages);
        await flaky.publish(testMessages(0, { from: 4, count: 1 }));
        await consumer.hasTaken(0, 5);
        expect(consumer.first.get(0)).toEqual(upTo(5));
      },
    );

    it("leaves nobody waiting when it closes", async () => {
      await log.subscribe(consumer);
      await log.publish(testMessages(0, { from: 0, count: 3 }));
      await log.close();
      const taken = consumer.seqs(0).length;
      await expect(log.publish(testMessages(0, { from: 3, count: 1 }))).rejects.toMatchObject({
        code: "UNAVAILABLE",
      });
      await turn();
      expect(consumer.seqs(0).length).toBe(taken);
      await log.close();
    });

    it("brings every stream whole to whoever follows, through failures and restarts", async () => {
      const act = fc.oneof(
        { weight: 4, arbitrary: fc.record({ add: fc.nat(9), shard: fc.nat(2) }) },
        { weight: 2, arbitrary: fc.constantFrom("confirm", "turn", "fail", "fail later") },
        { weight: 1, arbitrary: fc.constant("restart") },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(act, { maxLength: 30 }),
          fc.integer({ min: 1, max: 5 }),
          async (acts, chunk) => {
            const own = await newLog();
            const relay = new TestRelay(own, chunk);
            const follower = new TestConsumer();
            let fault: "NONE" | "BEFORE" | "AFTER" = "NONE";
            follower.before = async () => {
              await turn();
              const met = fault;
              fault = "NONE";
              return met;
            };
            let subscription = await own.subscribe(follower);
            const added = [0, 0, 0];
            for (const step of acts) {
              if (typeof step === "object") {
                added[step.shard] = (added[step.shard] ?? 0) + step.add;
                relay.add(step.shard, step.add);
              }
              if (step === "turn") await turn();
              if (step === "fail") fault = "BEFORE";
              if (step === "fail later") fault = "AFTER";
              if (step === "confirm") {
                for (const [shard, seqs] of follower.first) {
                  await subscription.confirm(shard, seqs.length);
                }
              }
              if (step === "restart") {
                await subscription.stop();
                subscription = await own.subscribe(follower);
              }
            }
            await Promise.all(added.map((count, shard) => follower.hasTaken(shard, count)));
            expect(added.map((_, shard) => follower.first.get(shard) ?? [])).toEqual(
              added.map(upTo),
            );
            expect(follower.overlapped).toBe(false);
            await relay.stop();
            await own.close();
          },
        ),
        { numRuns: 60 },
      );
    });
  });
}
