import { leafHash, sha256 } from "@scrip/merkle-log";
import type { Outbox, OutboxEntry } from "@scrip/ports";
import { createLogger } from "@scrip/service-kit";
import { formatEventId, formatTime, toHex } from "@scrip/wire";
import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { PromiseWatch } from "../src/follow/promise-watch.ts";
import { given } from "./given.ts";
import { RehearsalLedger } from "./rehearsal-ledger.ts";

const url = "/v1/ledger/promises";
const logWithinMs = 60_000;
/** Receipts of one signature may name an earlier time than an event's own, by as much. */
const spreadMs = 100;

/** An outbox with the events of one shard in it. */
class TestOutbox implements Outbox {
  readonly streams = 2;
  readonly entries: OutboxEntry[] = [];

  add(bytes: Uint8Array): OutboxEntry {
    const eventId = toHex(leafHash(sha256, bytes));
    const entry = { seq: this.entries.length, eventId, bytes };
    this.entries.push(entry);
    return entry;
  }

  async read(shard: number, fromSeq: number, limit: number): Promise<OutboxEntry[]> {
    return shard === 0 ? this.entries.slice(fromSeq, fromSeq + limit) : [];
  }

  async nextSeq(): Promise<number> {
    return this.entries.length;
  }

  async trimPoint() {
    return { epoch: 1, seq: 0, chain: "00".repeat(32) };
  }

  async trim(): Promise<void> {}

  onAppend(): () => void {
    return () => undefined;
  }
}

/** A sale that was saved and promised, and that the ledger has not taken yet. */
async function promised() {
  const outbox = new TestOutbox();
  const ledger = new RehearsalLedger();
  const clock = { aheadMs: 0, nowMs: () => ledger.chain.acts.history.nowMs + clock.aheadMs };
  const here = await given({ ledger, ports: { outbox, clock, logWithinMs } });
  const { acts } = ledger.chain;
  acts.open(1);
  const [card] = acts.stock(1);
  await here.sealed();
  const { history } = acts;
  const queue = history.queue.bind(history);
  let entry: OutboxEntry | undefined;
  history.queue = (event) => {
    const bytes = queue(event);
    entry = outbox.add(bytes);
    return bytes;
  };
  const sale = card === undefined ? null : acts.spendCard(card, 1);
  if (sale === null || entry === undefined) throw new Error("a sale");
  const told = async (role: "OPERATOR" | "REGULATOR" = "OPERATOR") =>
    (await here.app.inject({ url, headers: here.callers.key(role) })).json();
  const alarms = () => here.lines.filter((line) => line.includes("are overdue"));
  return { ...here, clock, entry, sale, told, alarms };
}

describe("GET /v1/ledger/promises", () => {
  it("lists what is overdue until the ledger has it, and says once that there is something", async () => {
    const { clock, entry, sale, told, alarms, metrics, lines, sealed } = await promised();
    const dueMs = sale.atMs + logWithinMs - spreadMs;
    clock.aheadMs = dueMs - clock.nowMs() - 1;
    expect(await told()).toEqual({ missed: 0, overdue: 0, events: [] });
    clock.aheadMs += 1;
    const { shard, seq } = { shard: 0, seq: entry.seq };
    const overdue = { shard, seq, eventId: formatEventId(entry.eventId), dueAt: formatTime(dueMs) };
    for (let looks = 0; looks < 3; looks += 1) {
      expect(await told()).toEqual({ missed: 1, overdue: 1, events: [overdue] });
    }
    expect(alarms()).toHaveLength(1);
    expect(JSON.parse(alarms()[0] ?? "")).toMatchObject({ overdue: 1, first: [overdue] });
    const text = await metrics.metrics();
    expect(text).toContain("scrip_receipt_promises_missed_total 1");
    expect(text).toContain("scrip_receipt_promises_overdue 1");
    await sealed();
    expect(await told()).toEqual({ missed: 1, overdue: 0, events: [] });
    expect(await metrics.metrics()).toContain("scrip_receipt_promises_overdue 0");
    expect(lines.filter((line) => line.includes("overdue any longer"))).toHaveLength(1);
  });

  it("is for operators", async () => {
    const { told } = await promised();
    expect(await told("REGULATOR")).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
  });

  it("says where the outbox is out of reach that nothing is known", async () => {
    const { app, callers } = await given();
    const answer = await app.inject({ url, headers: callers.key("OPERATOR") });
    expect(answer.json()).toEqual({ missed: null, overdue: null, events: [] });
  });
});

describe("the watch", () => {
  /** A watch whose pauses end when the test says so. */
  function watched(look: () => Promise<void>, caughtUp: () => boolean) {
    const promises = { missed: 0, overdue: 0, look, list: async () => [] };
    let next = (): void => undefined;
    const pause = () => new Promise<void>((resolve) => (next = resolve));
    const logger = createLogger({ service: "query", level: "silent" });
    const metrics = new Registry();
    const wiring = { promises: promises as never, caughtUp, logger, metrics, pause };
    const watch = new PromiseWatch(wiring);
    const step = async () => {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { watch, step };
  }

  it("waits for the copy to catch up, but not for ever, and goes on after a fault", async () => {
    let [looks, up] = [0, false];
    const look = (): Promise<void> => {
      looks += 1;
      return looks === 1 ? Promise.reject(new Error("the store is away")) : Promise.resolve();
    };
    const soon = watched(look, () => up);
    soon.watch.start();
    await soon.step();
    expect(looks).toBe(0);
    up = true;
    for (let turns = 0; turns < 3; turns += 1) await soon.step();
    expect(looks).toBe(3);
    const stopping = soon.watch.stop();
    await soon.step();
    await stopping;

    const never = watched(look, () => false);
    never.watch.start();
    for (let turns = 0; turns < 40; turns += 1) await never.step();
    expect(looks).toBeGreaterThan(3);
    const stopped = never.watch.stop();
    await never.step();
    await stopped;
  });
});
