import { PortError } from "@scrip/ports";
import { describe, expect, it, vi } from "vitest";
import type { JudgingLedger } from "./judging-ledger.ts";
import { lingerMs } from "../src/limits.ts";
import { given } from "./given.ts";
import { messagesOf, texts } from "./stream-source.ts";

const ids = (messages: readonly { readonly eventId: string }[]) =>
  messages.map(({ eventId }) => eventId);

describe("a submission that fails", () => {
  it("is made again with growing pauses", async () => {
    const { eventLog, ledger, observer, pauses } = await given();
    ledger.faults.push("LOST", "LOST", "LOST");
    const messages = messagesOf(0, texts(3));
    await eventLog.deliver(messages);
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
    expect(observer.failed).toHaveBeenCalledTimes(3);
    expect(pauses).toEqual([lingerMs, 50, 100, 200]);
  });

  it("after it had taken place has no second effect, and what came meanwhile follows", async () => {
    const { eventLog, ledger, outbox, observer } = await given();
    ledger.faults.push("DONE", "LOST");
    const messages = messagesOf(0, texts(6));
    await eventLog.deliver(messages.slice(0, 3));
    await vi.waitFor(() => expect(observer.failed).toHaveBeenCalled());
    await eventLog.deliver(messages.slice(3));
    await vi.waitFor(() => expect(outbox.trimmed.get(0)?.seq).toBe(6));
    expect(ledger.taken(0)).toEqual(ids(messages));
    expect(observer.rebased).toHaveBeenCalledWith(0, 3);
  });

  it("in a way that another attempt cannot mend stops its shard alone", async () => {
    const { eventLog, ledger, observer } = await given();
    ledger.faults.push(new PortError("CORRUPT", "the ledger's file is damaged"));
    await eventLog.deliver(messagesOf(0, texts(1)));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(
        0,
        "BROKEN",
        expect.stringContaining("damaged"),
      ),
    );
    await eventLog.deliver(messagesOf(1, texts(1)));
    await vi.waitFor(() => expect(ledger.taken(1)).toHaveLength(1));
  });

  it("while the writer is stopping is not waited for", async () => {
    const { eventLog, ledger, outbox, writer } = await given();
    await eventLog.deliver(messagesOf(0, texts(1)));
    ledger.faults.push("LOST", "LOST", "LOST", "LOST", "LOST");
    await writer.stop();
    expect(outbox.trimmed.size).toBe(0);
    expect(eventLog.confirmed.size).toBe(0);
  });
});

describe("confirmations", () => {
  it("are made again when log or outbox fail", async () => {
    const { eventLog, outbox } = await given();
    eventLog.confirmFailures = 2;
    outbox.trimFailures = 2;
    await eventLog.deliver(messagesOf(0, texts(2)));
    await vi.waitFor(() => expect(outbox.trimmed.get(0)?.seq).toBe(2));
    expect(eventLog.confirmed.get(0)).toBe(2);
  });

  it("that reach beyond the outbox stop the shard: it is an old copy", async () => {
    const { eventLog, outbox, observer } = await given();
    outbox.heads.set(0, 1);
    await eventLog.deliver(messagesOf(0, texts(2)));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(0, "STORE_BEHIND", expect.any(String)),
    );
  });
});

describe("events that are missing", () => {
  it("in the log are asked for again, from the first that did not come", async () => {
    const { eventLog, ledger, observer } = await given();
    const messages = messagesOf(0, texts(6));
    eventLog.sources.set(0, messages);
    await eventLog.deliver(messages.slice(0, 2));
    await eventLog.deliver(messages.slice(4));
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
    expect(eventLog.asked[0]).toEqual({ shard: 0, fromSeq: 2 });
    expect(observer.missing).toHaveBeenCalledWith(0, 2, 1);
  });

  it("before the first that came are asked for from where the ledger is", async () => {
    const { eventLog, ledger } = await given();
    const messages = messagesOf(0, texts(6));
    eventLog.sources.set(0, messages);
    await eventLog.deliver(messages.slice(3));
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
    expect(eventLog.asked[0]).toEqual({ shard: 0, fromSeq: 0 });
  });

  it("are asked for again and again until they come", async () => {
    const { eventLog, ledger, observer, pauses } = await given();
    const messages = messagesOf(0, texts(3));
    eventLog.askFailures = 2;
    await eventLog.deliver(messages.slice(0, 1));
    await eventLog.deliver(messages.slice(2));
    await vi.waitFor(() => expect(observer.missing).toHaveBeenCalledWith(0, 1, 4));
    eventLog.sources.set(0, messages);
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
    const asked = eventLog.asked.length;
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(400);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(eventLog.asked).toHaveLength(asked);
  });

  it("are asked for when their bytes were changed on the way", async () => {
    const { eventLog, ledger } = await given();
    const messages = messagesOf(0, texts(3));
    eventLog.sources.set(0, messages);
    const [first, second, third] = messages;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three messages");
    await eventLog.deliver([first, { ...second, bytes: new Uint8Array([1]) }, third]);
    await vi.waitFor(() => expect(ledger.taken(0)).toEqual(ids(messages)));
  });
});

describe("two histories", () => {
  const others = texts(3, "another history");

  it("on the ledger and here stop the shard, and nothing is confirmed or sent again", async () => {
    const first = await given();
    await first.eventLog.deliver(messagesOf(0, others));
    await vi.waitFor(() => expect(first.ledger.taken(0)).toHaveLength(3));

    const { eventLog, ledger, outbox, observer } = await given({ ledger: first.ledger });
    await eventLog.deliver(messagesOf(0, texts(5)));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(0, "FORK", expect.any(String)),
    );
    const { submissions } = ledger;
    await eventLog.deliver(messagesOf(0, texts(5)));
    await eventLog.deliver(messagesOf(1, texts(1)));
    await vi.waitFor(() => expect(ledger.taken(1)).toHaveLength(1));
    expect(ledger.submissions).toBe(submissions + 1);
    expect(outbox.trimmed.has(0)).toBe(false);
    expect(eventLog.confirmed.has(0)).toBe(false);
  });

  it("are found by the ledger where the writer begins at its head", async () => {
    const { eventLog, ledger, observer } = await given();
    ledger.setHead({ shard: 0, epoch: 1, nextSeq: 2, chain: "ab".repeat(32) });
    await eventLog.deliver(messagesOf(0, texts(4)).slice(2));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(0, "FORK", expect.stringContaining("abab")),
    );
  });

  it("within the log stop the shard", async () => {
    const { eventLog, observer } = await given();
    await eventLog.deliver(messagesOf(0, texts(2)));
    await eventLog.deliver(messagesOf(0, others).slice(2));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(0, "FORK", expect.any(String)),
    );
  });
});

describe("what the ledger refuses", () => {
  it("stops the shard with the ledger's reason; the others go on", async () => {
    const { eventLog, ledger, observer } = await given();
    ledger.refusals.set(0, "WRITER_UNKNOWN");
    await eventLog.deliver(messagesOf(0, texts(1)));
    await vi.waitFor(() =>
      expect(observer.stopped).toHaveBeenCalledWith(0, "REFUSED", "WRITER_UNKNOWN"),
    );
    await eventLog.deliver(messagesOf(2, texts(1)));
    await vi.waitFor(() => expect(ledger.taken(2)).toHaveLength(1));
  });

  it("is not repeated when the answer contradicts itself", async () => {
    const { eventLog, ledger, observer } = await given();
    const answer = (kind: "BEHIND" | "AHEAD" | "COMMITTED", nextSeq: number) => () =>
      Promise.resolve({ kind, height: 1, head: { ...ledger.headOf(0), nextSeq } }) as ReturnType<
        JudgingLedger["submit"]
      >;
    const answers = [answer("BEHIND", 0), answer("AHEAD", 5), answer("COMMITTED", 0)];
    for (const [shard, submit] of answers.entries()) {
      ledger.submit = submit;
      await eventLog.deliver(messagesOf(shard, texts(2)));
      await vi.waitFor(() =>
        expect(observer.stopped).toHaveBeenCalledWith(shard, "BROKEN", expect.any(String)),
      );
    }
  });
});
