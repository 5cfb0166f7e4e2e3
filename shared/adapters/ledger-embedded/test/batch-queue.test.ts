import type { SignedBatch } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { BatchQueue } from "../src/batch-queue.ts";

/** A batch of so many events of so many bytes each; a queue looks at nothing else. */
const batch = (events: number, bytesEach = 10): SignedBatch =>
  ({ events: Array.from({ length: events }, () => new Uint8Array(bytesEach)) }) as never;

function queueOf(...batches: readonly SignedBatch[]): BatchQueue {
  const queue = new BatchQueue(10);
  for (const one of batches) void queue.add(one);
  return queue;
}

const taken = (queue: BatchQueue, limits: { blockEventsMax: number; blockBytesMax: number }) =>
  queue.take(limits).map(({ batch: { events } }) => events.length);

describe("batches that wait for a block", () => {
  const limits = { blockEventsMax: 10, blockBytesMax: 1_000 };

  it("fill it in the order in which they came, up to its events", () => {
    const queue = queueOf(batch(4), batch(6), batch(1));
    expect(taken(queue, limits)).toEqual([4, 6]);
    expect(taken(queue, limits)).toEqual([1]);
    expect(taken(queue, limits)).toEqual([]);
  });

  it("fill it up to its bytes, where events are large", () => {
    const queue = queueOf(batch(2, 300), batch(1, 400), batch(1, 400));
    expect(taken(queue, limits)).toEqual([2, 1]);
    expect(taken(queue, limits)).toEqual([1]);
  });

  it("have one for itself that goes over either limit", () => {
    const queue = queueOf(batch(50), batch(1, 5_000), batch(1));
    expect(taken(queue, limits)).toEqual([50]);
    expect(taken(queue, limits)).toEqual([1]);
    expect(taken(queue, limits)).toEqual([1]);
  });

  it("are told to come back when too many wait", () => {
    const queue = queueOf(...Array.from({ length: 10 }, () => batch(1)));
    expect(() => queue.add(batch(1))).toThrow("10 batches are waiting");
  });
});
