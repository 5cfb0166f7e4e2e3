import { describe, expect, it, vi } from "vitest";
import { batchBytesMax, batchEventsMax, lingerMs, queueEventsMax } from "../src/limits.ts";
import { given } from "./given.ts";
import { messagesOf, texts } from "./stream-source.ts";

const ids = (messages: readonly { readonly eventId: string }[]) =>
  messages.map(({ eventId }) => eventId);

describe("chain-writer", () => {
  it("brings a shard's events onto the ledger, then confirms and trims to exactly there", async () => {
    const { eventLog, ledger, outbox } = await given();
    const messages = messagesOf(0, texts(5));
    await eventLog.deliver(messages);
    await vi.waitFor(() => expect(outbox.trimmed.get(0)?.seq).toBe(5));
    expect(ledger.taken(0)).toEqual(ids(messages));
    expect(outbox.trimmed.get(0)).toEqual({ epoch: 1, seq: 5, chain: ledger.headOf(0).chain });
    expect(eventLog.confirmed.get(0)).toBe(5);
  });

  it("lets the first event of a batch wait for more", async () => {
    const { eventLog, ledger, pauses } = await given();
    const messages = messagesOf(0, texts(3));
    for (const message of messages) await eventLog.deliver([message]);
    await vi.waitFor(() => expect(ledger.taken(0)).toHaveLength(3));
    expect(ledger.batches).toEqual([3]);
    expect(pauses).toEqual([lingerMs]);
  });

  it("waits once for all shards, so that their batches are ready together", async () => {
    const { eventLog, ledger, pauses } = await given();
    for (const shard of [0, 1, 2]) await eventLog.deliver(messagesOf(shard, texts(1)));
    await vi.waitFor(() => expect([0, 1, 2].flatMap((of) => ledger.taken(of))).toHaveLength(3));
    expect(pauses).toEqual([lingerMs]);
  });

  it("bounds a batch by events and by bytes, and still takes one large event", async () => {
    const { eventLog, ledger } = await given();
    await eventLog.deliver(messagesOf(0, texts(batchEventsMax + 1)));
    await vi.waitFor(() => expect(ledger.batches).toEqual([batchEventsMax, 1]));
    ledger.batches.length = 0;
    const large = Array.from({ length: 3 }, (_, n) => String(n).repeat(batchBytesMax / 2 + 1));
    await eventLog.deliver(messagesOf(1, large));
    await vi.waitFor(() => expect(ledger.batches).toEqual([1, 1, 1]));
  });

  it("has several shards in flight at once, and one batch of each", async () => {
    const { eventLog, ledger } = await given();
    let open = () => {};
    ledger.gate = new Promise((resolve) => {
      open = resolve;
    });
    for (const shard of [0, 1, 2])
      await eventLog.deliver(messagesOf(shard, texts(batchEventsMax + 1)));
    await vi.waitFor(() => expect(ledger.inFlight).toBe(3));
    open();
    await vi.waitFor(() => expect(ledger.batches).toHaveLength(6));
    expect(ledger.inFlightMost).toBe(3);
  });

  it("lets the log wait while its queue is full", async () => {
    const { eventLog, ledger } = await given();
    let open = () => {};
    ledger.gate = new Promise((resolve) => {
      open = resolve;
    });
    let taken = false;
    const delivered = eventLog
      .deliver(messagesOf(0, texts(queueEventsMax + 1)))
      .then(() => (taken = true));
    await vi.waitFor(() => expect(ledger.inFlight).toBe(1));
    expect(taken).toBe(false);
    open();
    await delivered;
    await vi.waitFor(() => expect(ledger.taken(0)).toHaveLength(queueEventsMax + 1));
  });

  it("passes by what it has seen", async () => {
    const { eventLog, ledger } = await given();
    const messages = messagesOf(0, texts(4));
    await eventLog.deliver(messages.slice(0, 3));
    await eventLog.deliver(messages.slice(1, 4));
    await eventLog.deliver(messages);
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
  });

  it("submits what it has taken before it ends", async () => {
    const { eventLog, ledger, outbox, writer } = await given();
    await eventLog.deliver(messagesOf(0, texts(batchEventsMax + 1)));
    await writer.stop();
    expect(ledger.taken(0)).toHaveLength(batchEventsMax + 1);
    expect(outbox.trimmed.get(0)?.seq).toBe(batchEventsMax + 1);
  });
});

describe("chain-writer after a restart", () => {
  it("gets everything again and has no second effect", async () => {
    const first = await given();
    const messages = messagesOf(0, texts(4));
    await first.eventLog.deliver(messages);
    await vi.waitFor(() => expect(first.ledger.taken(0)).toHaveLength(4));
    await first.writer.stop();

    const second = await given({ ledger: first.ledger });
    await second.eventLog.deliver(messages);
    await vi.waitFor(() => expect(second.outbox.trimmed.get(0)?.seq).toBe(4));
    expect(first.ledger.taken(0)).toEqual(ids(messages));
    expect(second.observer.rebased).toHaveBeenCalledWith(0, 4);
    expect(second.outbox.trimmed.get(0)?.chain).toBe(first.ledger.headOf(0).chain);
  });

  it("goes on in the middle of what it gets", async () => {
    const first = await given();
    const messages = messagesOf(0, texts(6));
    await first.eventLog.deliver(messages.slice(0, 4));
    await vi.waitFor(() => expect(first.ledger.taken(0)).toHaveLength(4));

    const second = await given({ ledger: first.ledger });
    await second.eventLog.deliver(messages.slice(2));
    await vi.waitFor(() => expect(first.ledger.taken(0)).toEqual(ids(messages)));
    expect(second.observer.stopped).not.toHaveBeenCalled();
  });

  it("waits until replayed messages have caught up with the ledger, and compares there", async () => {
    const first = await given();
    const messages = messagesOf(0, texts(6));
    await first.eventLog.deliver(messages);
    await vi.waitFor(() => expect(first.ledger.taken(0)).toHaveLength(6));

    const second = await given({ ledger: first.ledger });
    await second.eventLog.deliver(messages.slice(0, 2));
    await vi.waitFor(() => expect(second.observer.rebased).toHaveBeenCalled());
    expect(second.outbox.trimmed.size).toBe(0);
    await second.eventLog.deliver(messages.slice(2, 5));
    await second.eventLog.deliver(messages.slice(5));
    await vi.waitFor(() => expect(second.outbox.trimmed.get(0)?.seq).toBe(6));
    expect(first.ledger.taken(0)).toEqual(ids(messages));
  });

  it("and another writer at the same time have one effect together", async () => {
    const first = await given();
    const second = await given({ ledger: first.ledger });
    const messages = messagesOf(0, texts(40));
    for (let at = 0; at < 40; at += 4) {
      await first.eventLog.deliver(messages.slice(at, at + 4));
      await second.eventLog.deliver(messages.slice(at, at + 4));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { outbox } of [first, second]) {
      await vi.waitFor(() => expect(outbox.trimmed.get(0)?.seq).toBe(40));
    }
    expect(first.ledger.taken(0)).toEqual(ids(messages));
  });
});
