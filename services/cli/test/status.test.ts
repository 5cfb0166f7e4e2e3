import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

const zero = "0";
const totals = {
  loaded: "10000",
  adjusted: zero,
  movedIn: zero,
  movedOut: zero,
  available: "7401",
  held: zero,
  writtenOff: "2599",
  refunded: zero,
  expired: zero,
  cancelled: zero,
};
const body = {
  chainId: "scrip.local/1",
  height: 12,
  size: 40,
  catchingUp: null,
  root: "00".repeat(32),
  mapRoot: "00".repeat(32),
  cards: 1,
  time: "2026-01-01T00:00:00Z",
  lag: { outboxDepth: 3, acceptedToCommittedMs: 12 },
  totals,
  lawGauge: zero,
  rejections: 0,
  divergedCards: 0,
};
const metrics = (stopped: number): string =>
  [
    "# HELP scrip_writer_stopped_shards Shards that stopped.",
    "# TYPE scrip_writer_stopped_shards gauge",
    'scrip_writer_stopped_shards{kind="a"} 0',
    `scrip_writer_stopped_shards{kind="b"} ${stopped}`,
    "scrip_writer_stopped_shards_total 7",
    "scrip_follow_stopped 0",
    "",
  ].join("\n");

const none = { missed: 2, overdue: 0, rejected: 0, events: [], rejectedEvents: [] };
const eventId = `evt_${"ab".repeat(32)}`;
const one = {
  ...none,
  missed: 3,
  overdue: 1,
  events: [{ shard: 4, seq: 17, eventId, dueAt: "2026-01-01T00:01:00Z" }],
};

/** A server of these three routes, for the operator's key alone. */
function serverOf(status: object, { stopped = 0, promises = none as object } = {}) {
  return stage({
    fetch: async (url, init) => {
      if (url.endsWith("/metrics")) return new Response(metrics(stopped));
      expect(new Headers(init.headers).get("authorization")).toBe("Bearer sk_operator");
      const { pathname } = new URL(url);
      if (pathname === "/v1/ledger/promises") return new Response(JSON.stringify(promises));
      expect(url).toBe("http://127.0.0.1:8080/v1/ledger/status");
      return new Response(JSON.stringify(status));
    },
  });
}

describe("scrip status", () => {
  it("tells height, lag, outbox, totals and law gauge", async () => {
    const { scrip, out } = serverOf(body);
    expect(await scrip("status")).toBe(0);
    expect(out).toContain("height      12, 40 entries, last block 2026-01-01T00:00:00Z");
    expect(out).toContain("lag         12 ms from accepted to committed, of the newest events");
    expect(out).toContain("outbox      3 events not committed yet");
    expect(out).toContain("writtenOff  2599");
    expect(out).toContain("law gauge   0");
    expect(out.at(-1)).toBe("promises    2 missed since the start, 0 overdue, 0 rejected");
  });

  it("says how far a copy is that catches up: the rest is not of the whole ledger", async () => {
    const { scrip, out } = serverOf({ ...body, catchingUp: { verified: 40, of: 779 } });
    expect(await scrip("status")).toBe(0);
    expect(out).toContain("catching up 40 of 779 entries, of which this is told");
  });

  it("tells no lag of now where nothing waits any more", async () => {
    const lag = { outboxDepth: 0, acceptedToCommittedMs: 4500 };
    const { scrip, out } = serverOf({ ...body, lag });
    expect(await scrip("status")).toBe(0);
    const lately = "lately 4500 ms from accepted to committed, of the newest events";
    expect(out).toContain(`lag         none now; ${lately}`);
  });

  it("asks with SCRIP_API_KEY where that is set", async () => {
    const asked: (string | null)[] = [];
    const { scrip } = stage({
      env: { SCRIP_API_KEY: "sk_rotated" },
      fetch: async (_url, init) => {
        asked.push(new Headers(init.headers).get("authorization"));
        return new Response("{}", { status: 401 });
      },
    });
    expect(await scrip("status")).toBe(1);
    expect(asked).toEqual(["Bearer sk_rotated"]);
  });

  it("tells the same as JSON", async () => {
    const { scrip, out } = serverOf(body);
    expect(await scrip("status", "--json")).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({ ...body, promises: none, stopped: [] });
  });

  it("exits 1 when something stopped, or the totals do not add up", async () => {
    const stopped = serverOf(body, { stopped: 2 });
    expect(await stopped.scrip("status")).toBe(1);
    expect(stopped.err).toEqual(['scrip: stopped: chain-writer shards (kind="b"); see the log']);
    const wrong = serverOf({ ...body, lawGauge: "-5" });
    expect(await wrong.scrip("status")).toBe(1);
    expect(wrong.err).toEqual(["scrip: the law gauge is -5, not 0"]);
  });

  it("exits 1 while cards wait to be reconciled", async () => {
    const apart = serverOf({ ...body, rejections: 3, divergedCards: 2 });
    expect(await apart.scrip("status")).toBe(1);
    expect(apart.out).toContain(
      "diverged    2 cards wait for an operator (GET /v1/ledger/rejections)",
    );
    expect(apart.err).toEqual(["scrip: cards that wait to be reconciled: 2"]);
  });

  it("names each promise of a receipt that is overdue, and exits 1", async () => {
    const { scrip, out, err } = serverOf(body, { promises: one });
    expect(await scrip("status")).toBe(1);
    expect(out.slice(-2)).toEqual([
      "promises    3 missed since the start, 1 overdue, 0 rejected",
      `overdue     ${eventId}, shard 4 event 17, due since 2026-01-01T00:01:00Z`,
    ]);
    expect(err).toEqual(["scrip: promises of receipts overdue: 1"]);
    const unknown = serverOf(body, {
      promises: { ...none, missed: null, overdue: null, rejected: null },
    });
    expect(await unknown.scrip("status")).toBe(0);
    expect(unknown.out.at(-1)).toBe("promises    not known here");
  });

  it("names each promise whose event the ledger rejected, which nobody can keep any more", async () => {
    const rejectedEvents = [
      { eventId, reason: "PARTICIPANT_NOT_FOUND", dueAt: "2026-01-01T00:01:00Z" },
    ];
    const { scrip, out } = serverOf(body, { promises: { ...none, rejected: 1, rejectedEvents } });
    expect(await scrip("status")).toBe(0);
    expect(out.slice(-2)).toEqual([
      "promises    2 missed since the start, 0 overdue, 1 rejected",
      `rejected    ${eventId}, PARTICIPANT_NOT_FOUND: promised for 2026-01-01T00:01:00Z, and never to be there`,
    ]);
  });
});
