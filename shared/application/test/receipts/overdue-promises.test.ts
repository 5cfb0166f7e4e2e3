import type { CardId, DomainEvent } from "@scrip/domain";
import { leafHash, sha256 } from "@scrip/merkle-log";
import type { OutboxEntry } from "@scrip/ports";
import { FixedClock } from "@scrip/testing";
import { encodeEntry, toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { OverduePromises, receiptSpreadMaxMs } from "../../src/index.ts";
import { promisePageEvents, promisePagesPerLookMax } from "../../src/receipts/limits.ts";
import { activeCards } from "../support/making.ts";
import { code, sell } from "../support/selling.ts";
import { World } from "../support/world.ts";

const logWithinMs = 60_000;
/** When a receipt may have promised it at the earliest, after the event's own time, milliseconds. */
const dueAfterMs = logWithinMs - receiptSpreadMaxMs;

async function given() {
  const world = new World();
  const cards = await activeCards(world, { count: 4, faceValue: 100, key: "four" });
  const inLog = new Set<string>();
  const of = async (eventId: string) => (inLog.has(eventId) ? "COMMITTED" : "ACCEPTED");
  const { store: outbox, clock } = world;
  const watching = () => new OverduePromises({ outbox, finality: { of }, clock, logWithinMs });
  const sold = async (card: CardId | undefined) => {
    if (card === undefined) throw new Error("no card");
    const result = await sell(world, code(card), 5);
    if (result.kind !== "OUTCOME" || result.outcome.eventId === null) throw new Error("not sold");
    return { shard: result.shard, seq: result.outcome.seq, eventId: result.outcome.eventId };
  };
  return { world, cards, inLog, watching, sold };
}

describe("promises", () => {
  it("are overdue once their time has passed without the event in the log, each counted once", async () => {
    const { world, cards, inLog, watching, sold } = await given();
    const promises = watching();
    const kept = await sold(cards[0]);
    const late = await sold(cards[1]);
    const soldAtMs = world.clock.nowMs();
    world.clock.advance(dueAfterMs - 1);
    await promises.look();
    // The cards were made by bulk steps that nobody committed either: these were promised to nobody.
    expect([promises.missed, promises.overdue]).toEqual([0, 0]);
    inLog.add(kept.eventId);
    world.clock.advance(1);
    for (let looks = 0; looks < 3; looks += 1) await promises.look();
    expect([promises.missed, promises.overdue]).toEqual([1, 1]);
    expect(await promises.list(10)).toEqual([{ ...late, dueMs: soldAtMs + dueAfterMs }]);
    inLog.add(late.eventId);
    await promises.look();
    expect([promises.missed, promises.overdue, await promises.list(10)]).toEqual([1, 0, []]);
  });

  it("are none of what fell due by itself", async () => {
    const { world, watching } = await given();
    const expiresAtMs = world.clock.nowMs() + 1_000;
    const [card] = await activeCards(world, { count: 1, key: "short", expiresAtMs });
    world.clock.advance(1_000);
    const answer = await sell(world, code(card ?? ("" as CardId)), 5);
    expect(answer).toMatchObject({ outcome: { kind: "DECLINED" } });
    const types = (await world.cardEvents()).map(({ type }) => type);
    expect(types).toContain("CardsExpired");
    const promises = watching();
    world.clock.advance(logWithinMs);
    await promises.look();
    expect(promises.missed).toBe(0);
  });

  it("are told with the longest overdue first, as many as are asked for", async () => {
    const { world, cards, watching, sold } = await given();
    const promises = watching();
    const made: string[] = [];
    for (const card of cards) {
      made.push((await sold(card)).eventId);
      world.clock.advance(1_000);
    }
    world.clock.advance(logWithinMs);
    await Promise.all([promises.look(), promises.look()]);
    expect(promises.missed).toBe(4);
    expect((await promises.list(10)).map(({ eventId }) => eventId)).toEqual(made);
    expect((await promises.list(3)).map(({ eventId }) => eventId)).toEqual(made.slice(0, 3));
  });

  it("are no longer overdue when the outbox has let go of them, and are found again after a restart", async () => {
    const { world, cards, watching, sold } = await given();
    const one = await sold(cards[0]);
    world.clock.advance(logWithinMs);
    const [before, after] = [watching(), watching()];
    await before.look();
    await after.look();
    expect([before.overdue, after.overdue, after.missed]).toEqual([1, 1, 1]);
    const to = { epoch: 1, seq: (one.seq ?? 0) + 1, chain: "00".repeat(32) };
    await world.store.trim(one.shard, to);
    await after.look();
    expect([after.overdue, after.missed]).toEqual([0, 1]);
  });

  it("are found behind bytes in the outbox that are no event", async () => {
    const { world, cards, sold } = await given();
    await sold(cards[0]);
    const [event] = (await world.cardEvents()).filter(({ type }) => type === "CardWrittenOff");
    if (event === undefined) throw new Error("nothing was sold");
    const clock = new FixedClock(event.atMs);
    const [spoiled, ...entries] = outboxOf(event, 3);
    if (spoiled === undefined) throw new Error("no entry");
    entries.unshift({ ...spoiled, bytes: spoiled.bytes.subarray(1) });
    const outbox = {
      streams: 2,
      trimPoint: async () => ({ epoch: 1, seq: 0, chain: "" }),
      read: async (_shard: number, from: number, limit: number) =>
        entries.slice(from, from + limit),
    };
    const finality = { of: async () => "ACCEPTED" as const };
    const promises = new OverduePromises({ outbox, finality, clock, logWithinMs });
    clock.advance(logWithinMs);
    await promises.look();
    expect([promises.overdue, promises.missed]).toEqual([2, 2]);
    expect((await promises.list(10)).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("are looked at a bounded piece at a time, and none is left out", async () => {
    const { world, cards, sold } = await given();
    await sold(cards[0]);
    const [event] = (await world.cardEvents()).filter(({ type }) => type === "CardWrittenOff");
    if (event === undefined) throw new Error("nothing was sold");
    const clock = new FixedClock(event.atMs);
    const entries = outboxOf(event, promisePageEvents * promisePagesPerLookMax + 700);
    let [trimmed, longest] = [0, 0];
    const outbox = {
      streams: 2,
      trimPoint: async () => ({ epoch: 1, seq: trimmed, chain: "" }),
      read: async (_shard: number, from: number, limit: number) => {
        const page = entries.slice(from, from + limit);
        longest = Math.max(longest, page.length);
        return page;
      },
    };
    const inLog = new Set<string>();
    const of = async (id: string) => (inLog.has(id) ? "COMMITTED" : "ACCEPTED");
    const promises = new OverduePromises({ outbox, finality: { of }, clock, logWithinMs });
    clock.advance(logWithinMs);
    await promises.look();
    expect(promises.overdue).toBe(promisePageEvents * promisePagesPerLookMax);
    await promises.look();
    expect([promises.overdue, promises.missed]).toEqual([entries.length, entries.length]);
    for (const { eventId } of entries.slice(0, 1_234)) inLog.add(eventId);
    await promises.look();
    expect(promises.overdue).toBe(entries.length - 1_234);
    expect((await promises.list(1))[0]?.seq).toBe(1_234);
    trimmed = 2_000;
    for (const { eventId } of entries.slice(0, 2_000)) inLog.add(eventId);
    await promises.look();
    expect([promises.overdue, promises.missed]).toEqual([entries.length - 2_000, entries.length]);
    expect(longest).toBe(promisePageEvents);
  });
});

/** As many events like this one, each a millisecond later, as a stream keeps them. */
function outboxOf(event: DomainEvent, count: number): OutboxEntry[] {
  return Array.from({ length: count }, (_, seq) => {
    const later = { ...event, atMs: event.atMs - count + seq };
    const nonce = "00".repeat(16);
    const bytes = encodeEntry({ kind: "event", event: later, nonce, partySignatures: [] });
    return { seq, bytes, eventId: toHex(leafHash(sha256, bytes)) };
  });
}
