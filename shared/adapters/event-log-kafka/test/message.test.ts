import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testMessages } from "@scrip/testing";
import { decodeEvent, eventTypeOf, fromHex, parseTime } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { fromKafka, toKafka } from "../src/message.ts";

const chainId = "scrip.test/log";
const vectors = join(import.meta.dirname, "../../../../test/vectors/entries.json");
const { entries } = JSON.parse(readFileSync(vectors, "utf8")) as {
  entries: { name: string; entry: { kind: string }; bytes: string }[];
};
const events = entries
  .filter(({ entry }) => entry.kind === "event")
  .map(({ name, bytes }) => [name, fromHex(bytes)] as const);
const [plain] = testMessages(3, { from: 17, count: 1 });
if (plain === undefined) throw new Error("no message");

/** As a broker gives it back. */
const received = ({ value, headers }: ReturnType<typeof toKafka>) => ({
  value,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  ),
});

describe("a message on Kafka", () => {
  it.each(events)("says in CloudEvents headers what %s is", (_, bytes) => {
    const { event } = decodeEvent(bytes);
    const { headers, value } = toKafka(chainId, { ...plain, bytes });
    expect(value.equals(bytes)).toBe(true);
    expect(eventTypeOf(headers["ce_type"] ?? "")).toBe(event.type);
    expect(parseTime(headers["ce_time"] ?? "")).toBe(event.atMs);
    expect(headers).toMatchObject({
      ce_specversion: "1.0",
      ce_id: plain.eventId,
      ce_source: chainId,
      ce_sequence: "17",
      ce_scripepoch: "1",
      ce_scripchain: plain.chainBefore,
      "content-type": "application/cbor",
    });
    if ("card" in event) expect(headers["ce_subject"]).toBe(`card_${event.card.cardId}`);
  });

  it("names a subject for all but closed write-offs and epochs", () => {
    const without = events.filter(([, bytes]) => {
      return toKafka(chainId, { ...plain, bytes }).headers["ce_subject"] === undefined;
    });
    expect(without.map(([name]) => name).toSorted()).toEqual(["EpochOpened", "OperationsClosed"]);
  });

  it("is what it was, whatever its bytes", () => {
    const sent = toKafka(chainId, plain);
    expect(sent).toMatchObject({ partition: 3, key: "3" });
    expect(sent.headers["ce_type"]).toBe("scrip.entry.v1");
    expect(fromKafka(chainId, 3, received(sent))).toEqual(plain);
  });

  it("carries a trace, and nothing that is none", () => {
    const traceparent = `00-${"4b".repeat(16)}-${"7a".repeat(8)}-01`;
    const traced = { ...plain, traceparent };
    expect(fromKafka(chainId, 3, received(toKafka(chainId, traced)))).toEqual(traced);
    for (const wrong of [`ff${traceparent.slice(2)}`, traceparent.replace("4b", "4g"), "00"]) {
      const sent = received(toKafka(chainId, { ...plain, traceparent: wrong }));
      expect(sent.headers["traceparent"]).toBeUndefined();
      sent.headers["traceparent"] = Buffer.from(wrong);
      expect(fromKafka(chainId, 3, sent)).toEqual(plain);
    }
  });

  it.each([
    ["ce_source", "other.test/log"],
    ["ce_sequence", "1.5"],
    ["ce_sequence", "-1"],
    ["ce_scripepoch", ""],
    ["ce_id", "ab"],
    ["ce_scripchain", "AB".repeat(32)],
  ])("is none of ours with %s «%s»", (name, wrong) => {
    const sent = received(toKafka(chainId, plain));
    sent.headers[name] = Buffer.from(wrong);
    expect(fromKafka(chainId, 3, sent)).toMatchObject({ foreign: expect.any(String) });
    expect(fromKafka(chainId, 3, { value: null, headers: sent.headers })).toHaveProperty("foreign");
    expect(fromKafka(chainId, 3, { value: sent.value })).toHaveProperty("foreign");
  });
});
