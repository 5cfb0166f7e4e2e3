import type { CardId, ProgramId } from "@scrip/domain";
import {
  formatBatchId,
  formatCardId,
  formatCursor,
  type AcceptorWriteOffsAnswer,
  type BatchCardsAnswer,
  type ProgramEventsAnswer,
  type RejectionsAnswer,
} from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { listScannedMax } from "../src/limits.ts";
import { distributed } from "./coded-card.ts";
import { given } from "./given.ts";

const gold = "/v1/programs/gold/events";
const store1 = "/v1/acceptors/store-1/write-offs";

type Page<Item> = Record<string, Item[] | string | null>;

/** A shop on two programs: nine cards, three sales, a refund, points granted and spent, a lie. */
async function shop() {
  const all = await given();
  const { acts } = all.ledger.chain;
  acts.open(20);
  const cards = acts.stock(9);
  const [first, second] = cards as [CardId, CardId];
  const sale = acts.spendCard(first, 700);
  if (sale === null) throw new Error("a sale");
  acts.spendCard(second, 100);
  acts.refund(sale.opId, 200);
  await all.sealed();
  acts.grant("anna", 20);
  acts.spendWallet("anna", 15);
  acts.spendCard(first, 50);
  acts.history.queue({ ...sale, opId: acts.history.fresh("lie") as typeof sale.opId });
  await all.sealed();
  const [batch] = acts.history.batches.values();
  if (batch === undefined) throw new Error("a batch");
  const batchCards = `/v1/batches/${formatBatchId(batch.batchId)}/cards`;
  const get = async <Body>(url: string, headers: object = all.callers.key("OPERATOR")) => {
    const answer = await all.app.inject({ url, headers: { ...headers } });
    return { status: answer.statusCode, body: answer.json<Body & { code?: string }>() };
  };
  /** The whole list, page by page. */
  const whole = async <Item>(url: string, items: string, limit: number, headers?: object) => {
    const found: Item[] = [];
    for (let from = ""; ;) {
      const page = await get<Page<Item>>(`${url}?limit=${limit}${from}`, headers);
      expect(page.status).toBe(200);
      const { nextCursor, [items]: more } = page.body;
      found.push(...((more ?? []) as Item[]));
      if (nextCursor === null) return found;
      from = `&cursor=${String(nextCursor)}`;
    }
  };
  return { ...all, acts, cards, sale, batchCards, get, whole };
}

type Listed = ProgramEventsAnswer["events"][number];

describe("GET /v1/ledger/rejections", () => {
  it("tells operators what was refused in the programs of their key, and nothing of others", async () => {
    const { whole, callers, cards } = await shop();
    const refused = (scope: object) =>
      whole<RejectionsAnswer["rejections"][number]>(
        "/v1/ledger/rejections",
        "rejections",
        1,
        callers.key("OPERATOR", scope),
      );
    const all = await refused({});
    expect(all).toMatchObject([
      { programId: "gold", finality: "REJECTED", diverged: [formatCardId(cards[0] as CardId)] },
    ]);
    expect(await refused({ programs: ["points", "gold"] })).toEqual(all);
    expect(await refused({ programs: ["points"] })).toEqual([]);
  });
});

describe("GET /v1/programs/{id}/events", () => {
  it("tells every event of the program, rejected ones too, the oldest first", async () => {
    const { get, cards } = await shop();
    const { body } = await get<ProgramEventsAnswer>(gold);
    const types = body.events.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(["ProgramCreated", "BatchCreated"]);
    expect(types.slice(-2)).toEqual(["CardWrittenOff", "CardWrittenOff"]);
    expect(body.events.at(-1)).toMatchObject({ finality: "REJECTED", cards: 1 });
    expect(body.events.every(({ programId }) => programId === "gold")).toBe(true);
    const made = body.events.filter(({ type }) => type === "CardsGenerated");
    expect(made.reduce((sum, event) => sum + event.cards, 0)).toBe(cards.length);
    const order = body.events.map(({ index }) => index);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(body.nextCursor).toBeNull();
  });

  it("comes in pages that stay the same while the ledger grows", async () => {
    const { get, whole, acts, cards, sealed } = await shop();
    const before = (await get<ProgramEventsAnswer>(gold)).body.events;
    const first = (await get<ProgramEventsAnswer>(`${gold}?limit=3`)).body;
    acts.spendCard(cards[3] as CardId, 1);
    await sealed();
    const next = `${gold}?limit=200&cursor=${first.nextCursor}`;
    const rest = (await get<ProgramEventsAnswer>(next)).body;
    expect([...first.events, ...rest.events].slice(0, -1)).toEqual(before);
    for (const limit of [1, 2, 7]) {
      expect(await whole<Listed>(gold, "events", limit)).toEqual([...first.events, ...rest.events]);
    }
  });

  it("shows those who oversee and the issuer all, others what they take part in", async () => {
    const { whole, callers } = await shop();
    const count = async (...key: Parameters<typeof callers.key>) =>
      (await whole<Listed>(gold, "events", 2, callers.key(...key))).length;
    const all = await count("OPERATOR");
    expect(await count("REGULATOR", { programs: ["gold"], participants: [] })).toBe(all);
    expect(await count("ISSUER", { participants: [] }, "acme")).toBe(all);
    const own = { participants: [], programs: ["gold"] };
    const sales = await whole<Listed>(gold, "events", 2, callers.key("ACCEPTOR", own, "store-1"));
    expect(new Set(sales.map(({ type }) => type))).toEqual(
      new Set(["CardWrittenOff", "CardRefunded"]),
    );
    expect(await count("ACCEPTOR", own, "store-2")).toBe(0);
    expect(await count("ISSUER", own, "other")).toBe(0);
  });

  it("hides a program outside the key's scope like one that is not there", async () => {
    const { get, callers } = await shop();
    const outside = callers.key("REGULATOR", { programs: ["points"] });
    for (const [url, headers] of [
      [gold, outside],
      ["/v1/programs/silver/events", undefined],
      ["/v1/programs/PROGRAM:/events", undefined],
    ] as const) {
      expect(await get(url, headers)).toMatchObject({
        status: 404,
        body: { code: "PROGRAM_NOT_FOUND" },
      });
    }
    expect(await get(gold, {})).toMatchObject({ status: 401 });
  });

  it("looks at a bounded number of entries a page, and goes on behind them", async () => {
    const { acts, sealed, get, callers, whole } = await shop();
    for (let at = 0; at < listScannedMax; at += 1) acts.grant(`holder ${at}`, 1);
    await sealed();
    const points = "/v1/programs/points/events";
    const stranger = callers.key("DISTRIBUTOR", { participants: [] }, "south");
    const first = (await get<ProgramEventsAnswer>(points, stranger)).body;
    expect(first.events).toEqual([]);
    expect(first.nextCursor).not.toBeNull();
    expect(await whole<Listed>(points, "events", 200, stranger)).toEqual([]);
    const grants = await whole<Listed>(points, "events", 200);
    expect(grants.filter(({ type }) => type === "PointsGranted")).toHaveLength(listScannedMax + 1);
  });
});

describe("GET /v1/acceptors/{id}/write-offs", () => {
  it("tells committed sales and refunds with their write-off, and no rejected one", async () => {
    const { get, sale } = await shop();
    const { body } = await get<AcceptorWriteOffsAnswer>(store1);
    expect(body.writeOffs.map(({ type, amount, unit }) => [type, amount, unit])).toEqual(
      expect.arrayContaining([
        ["WRITE_OFF", 700, "CNY"],
        ["WRITE_OFF", 100, "CNY"],
        ["REFUND", 200, "CNY"],
        ["WRITE_OFF", 15, "PTS"],
        ["WRITE_OFF", 50, "CNY"],
      ]),
    );
    expect(body.writeOffs).toHaveLength(5);
    const of700 = body.writeOffs.find(({ amount }) => amount === 700);
    expect(of700?.writeOffId.endsWith(sale.opId)).toBe(true);
    expect(body.writeOffs.find(({ type }) => type === "REFUND")?.writeOffId).toBe(
      of700?.writeOffId,
    );
    expect(of700?.cards.map(({ amount }) => amount)).toEqual([700]);
  });

  it("comes in pages, and each item has the index of its event", async () => {
    const { whole, get } = await shop();
    type Item = AcceptorWriteOffsAnswer["writeOffs"][number];
    const all = (await get<AcceptorWriteOffsAnswer>(store1)).body.writeOffs;
    for (const limit of [1, 2, 5]) {
      expect(await whole<Item>(store1, "writeOffs", limit)).toEqual(all);
    }
    const event = await get<{ index: number }>(`/v1/events/${all[0]?.eventId}`);
    expect(event.body.index).toBe(all[0]?.index);
  });

  it("shows sellers their own alone, issuers their programs', overseers what is in scope", async () => {
    const { get, callers } = await shop();
    const units = async (...key: Parameters<typeof callers.key>) => {
      const { body } = await get<AcceptorWriteOffsAnswer>(store1, callers.key(...key));
      return body.writeOffs.map(({ unit }) => unit).toSorted();
    };
    const none = { participants: [] };
    expect(await units("ACCEPTOR", none, "store-1")).toHaveLength(5);
    expect(await units("ACCEPTOR", { ...none, programs: ["points"] }, "store-1")).toEqual(["PTS"]);
    expect(await units("REGULATOR", { ...none, programs: ["points"] })).toEqual(["PTS"]);
    expect(await units("ISSUER", none, "acme")).toHaveLength(5);
    expect(await units("ISSUER", none, "other")).toEqual([]);
    for (const role of ["ACCEPTOR", "DISTRIBUTOR"] as const) {
      expect(await get(store1, callers.key(role, none, "store-2"))).toMatchObject({
        status: 403,
        body: { code: "PERMISSION_DENIED" },
      });
    }
    expect(await get("/v1/acceptors/store-9/write-offs")).toMatchObject({
      status: 404,
      body: { code: "PARTICIPANT_NOT_FOUND" },
    });
  });
});

describe("GET /v1/batches/{id}/cards", () => {
  it("tells every card as COMMITTED, once, in pages that stay the same", async () => {
    const { whole, batchCards, cards, acts, get, sealed } = await shop();
    type Item = BatchCardsAnswer["cards"][number];
    const all = (await get<BatchCardsAnswer>(batchCards)).body.cards;
    expect(all.map(({ cardId }) => cardId).toSorted()).toEqual(
      cards.map((cardId) => formatCardId(cardId)).toSorted(),
    );
    expect(all.find(({ cardId }) => cardId === formatCardId(cards[0] as CardId))).toMatchObject({
      status: "ACTIVE",
      diverged: true,
      distributor: "north",
      successor: null,
      balances: { balance: 10_000 - 700 - 50 + 200, unit: "CNY" },
    });
    const first = (await get<BatchCardsAnswer>(`${batchCards}?limit=4`)).body;
    const more = acts.generate(3);
    await sealed();
    const rest = (await get<BatchCardsAnswer>(`${batchCards}?cursor=${first.nextCursor}`)).body;
    const grown = [...first.cards, ...rest.cards];
    expect(grown.slice(0, 9)).toEqual(all);
    expect(grown.slice(9).map(({ cardId, status }) => [cardId, status])).toEqual(
      expect.arrayContaining(more.map((cardId) => [formatCardId(cardId), "GENERATED"])),
    );
    for (const limit of [1, 5]) {
      expect(await whole<Item>(batchCards, "cards", limit)).toEqual(grown);
    }
  });

  it("leads from a replaced card to the one in its place, which was not generated in the batch", async () => {
    const { get, batchCards, cards, acts, sealed } = await shop();
    const old = cards[4] as CardId;
    const successorId = `${old.slice(0, 2)}${"5e".repeat(19)}` as CardId;
    const wish = { type: "ReplaceCard", successorId, expiresAtMs: null } as const;
    acts.history.run(wish, { programId: "gold", cards: [old, successorId] });
    await sealed();
    const { body } = await get<BatchCardsAnswer>(batchCards);
    expect(body.cards).toHaveLength(cards.length);
    expect(body.cards.find(({ cardId }) => cardId === formatCardId(old))).toMatchObject({
      status: "REPLACED",
      successor: formatCardId(successorId),
      balances: { balance: 0 },
    });
  });

  it("shows a distributor its own cards, refuses another issuer, is not for tills", async () => {
    const { get, batchCards, callers, acts, sealed } = await shop();
    acts.generate(2);
    await sealed();
    const count = async (...key: Parameters<typeof callers.key>) =>
      (await get<BatchCardsAnswer>(batchCards, callers.key(...key))).body.cards.length;
    const none = { participants: [] };
    expect(await count("DISTRIBUTOR", none, "north")).toBe(9);
    expect(await count("DISTRIBUTOR", none, "south")).toBe(0);
    expect(await count("ISSUER", none, "acme")).toBe(11);
    expect(await count("REGULATOR", none)).toBe(11);
    for (const [role, owner] of [
      ["ISSUER", "other"],
      ["ACCEPTOR", "store-1"],
    ] as const) {
      expect(await get(batchCards, callers.key(role, none, owner))).toMatchObject({
        status: 403,
        body: { code: "PERMISSION_DENIED" },
      });
    }
  });

  it("knows no batch outside the scope, and none that is not there", async () => {
    const { get, batchCards, callers } = await shop();
    const outside = callers.key("OPERATOR", { programs: ["points"] });
    const unknown = `/v1/batches/batch_${"0".repeat(32)}/cards`;
    for (const answer of [await get(batchCards, outside), await get(unknown)]) {
      expect(answer).toMatchObject({ status: 404, body: { code: "BATCH_NOT_FOUND" } });
    }
  });
});

describe("lists", () => {
  it("refuse cursors that they did not make, and limits out of bounds", async () => {
    const { get, batchCards, acts, sealed, ledger } = await shop();
    const other = distributed(acts.history, { programId: "other" as ProgramId });
    await sealed();
    const lists = [gold, store1, batchCards, "/v1/programs/points/events"];
    const made = await Promise.all(
      lists.map(
        async (url) => (await get<{ nextCursor: string }>(`${url}?limit=1`)).body.nextCursor,
      ),
    );
    expect(new Set(made).size).toBe(lists.length);
    const otherBatch = `/v1/batches/${formatBatchId(other.batchId)}/cards`;
    for (const url of [...lists, otherBatch]) {
      const foreign = made.filter((_, at) => lists[at] !== url);
      for (const cursor of [...foreign, "x", "00", `${made[0]}00`, "0".repeat(401)]) {
        expect((await get(`${url}?cursor=${cursor}`)).status, `${url} ${cursor}`).toBe(400);
      }
      for (const limit of ["0", "201", "1000", "-1", "1.0", "01", "x", ""]) {
        expect(await get(`${url}?limit=${limit}`)).toMatchObject({
          status: 400,
          body: { code: "VALIDATION_FAILED" },
        });
      }
    }
    expect(ledger.state.height).toBeGreaterThan(1);
  });

  it("refuse places beyond their end or before their beginning", async () => {
    const { get, store } = await shop();
    const spoiled = [store.size(), -1, 2 ** 52, "1"];
    for (const place of spoiled) {
      const cursor = formatCursor("program:gold", place);
      expect(await get(`${gold}?cursor=${cursor}`)).toMatchObject({
        body: { code: "CURSOR_INVALID" },
      });
    }
    const last = formatCursor("program:gold", store.size() - 1);
    expect(await get(`${gold}?cursor=${last}`)).toMatchObject({
      status: 200,
      body: { events: [] },
    });
  });
});
