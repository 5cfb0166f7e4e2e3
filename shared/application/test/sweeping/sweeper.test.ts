import type { CardId, OpId } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardStore, Finality, FinalityState } from "@scrip/ports";
import { failing, type Fault } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import { Sweeper, type Swept } from "../../src/index.ts";
import { activeCard, activeCards, createdProgram } from "../support/making.ts";
import { cancel, replace, successorOf, unbind } from "../support/ordering.ts";
import { bind, code, giveBack, grant, lots, saleOf, sell, told } from "../support/selling.ts";
import { replacing, World } from "../support/world.ts";

const dayMs = 86_400_000;

interface Heard {
  cards: number;
  operations: number;
  stale: number;
  unlisted: number;
  failures: number;
  overdueMs: number;
}

const allCommitted: Pick<Finality, "of"> = { of: async () => "COMMITTED" };

function sweeperOf(world: World, store: CardStore = world.store, finality = allCommitted) {
  const heard: Heard = {
    cards: 0,
    operations: 0,
    stale: 0,
    unlisted: 0,
    failures: 0,
    overdueMs: 0,
  };
  const observer = {
    swept: (_: number, { cards, operations, stale }: Swept) => {
      heard.cards += cards;
      heard.operations += operations;
      heard.stale += stale;
    },
    unlisted: (_: number, entries: number) => void (heard.unlisted += entries),
    failed: () => void (heard.failures += 1),
    overdue: (ms: number) => void (heard.overdueMs = ms),
  };
  return { sweeper: new Sweeper({ ...world.ports, store, finality, observer }), heard };
}

async function dueEntries(world: World): Promise<number> {
  const { store } = world;
  const shards = Array.from({ length: store.shards }, (_, shard) =>
    store.due(shard, Number.MAX_SAFE_INTEGER, 10_000),
  );
  return (await Promise.all(shards)).flat().length;
}

const expiring = (world: World, count: number): Promise<CardId[]> =>
  activeCards(world, { count, expiresAtMs: world.clock.nowMs() + dayMs });

describe("a sweeper", () => {
  it("lets idle cards expire when they are due and not before, many in one event", async () => {
    const world = new World();
    const cards = await expiring(world, 60);
    const { sweeper, heard } = sweeperOf(world);
    world.clock.advance(dayMs - 1);
    expect(await sweeper.round()).toBe(true);
    expect(heard).toMatchObject({ cards: 0, overdueMs: 0 });
    world.clock.advance(1);
    await sweeper.round();
    expect(heard).toMatchObject({ cards: 60, failures: 0, overdueMs: 0 });
    const events = (await world.cardEvents()).filter(({ type }) => type === "CardsExpired");
    expect(events.length).toBeLessThanOrEqual(world.store.shards);
    expect(events.every(({ opId }) => opId === null)).toBe(true);
    for (const card of cards) {
      const found = (await world.store.card(card))?.card;
      expect(found).toMatchObject({ standing: { status: "EXPIRED" }, balance: 0n });
      expect(found?.sums.expired).toBe(100n);
    }
    expect(await dueEntries(world)).toBe(0);
    await sweeper.round();
    expect(heard.cards).toBe(60);
  });

  it("makes no event of more cards than one may name", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    const expiresAtMs = world.clock.nowMs() + dayMs;
    for (let nth = 0; nth < 1_203; nth += 1) await grant(world, "anna", 1, { expiresAtMs });
    world.clock.advance(dayMs);
    const { sweeper, heard } = sweeperOf(world);
    await sweeper.round();
    expect(heard.cards).toBe(1_203);
    const events = (await world.cardEvents()).flatMap((event) =>
      event.type === "CardsExpired" ? [event.cards.length] : [],
    );
    expect(events).toEqual([500, 500, 203]);
    const walletId = (await world.vault.find("anna"))?.walletId ?? "";
    expect(await world.store.walletCards(walletId, null, 10)).toEqual([]);
  });

  it("takes out of the index what means nothing any more", async () => {
    const world = new World();
    const [sold, gone, moved] = await expiring(world, 3);
    if (sold === undefined || gone === undefined || moved === undefined) throw new Error("cards");
    await cancel(world, gone);
    const later = world.clock.nowMs() + 2 * dayMs;
    const next = successorOf(await replace(world, moved, { expiresAtMs: later }));
    world.clock.advance(dayMs);
    // Whoever touches a card that is due lets it expire.
    await sell(world, code(sold), 1);
    const { sweeper, heard } = sweeperOf(world);
    await sweeper.round();
    expect(heard.cards).toBe(0);
    expect((await world.store.card(next))?.card.standing).toEqual({ status: "ACTIVE" });
    expect(await dueEntries(world)).toBe(1);
    world.clock.advance(dayMs);
    await sweeper.round();
    expect(heard.cards).toBe(1);
    expect(await dueEntries(world)).toBe(0);
  });

  it("drops an entry whose card stands otherwise, as a crash may leave it", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const shard = shardOf(card, world.store.shards);
    const dueAtMs = world.clock.nowMs();
    const none = { cards: [], operations: [], operationRemoves: [], claims: [], events: [] };
    const wallet = { walletAdds: [], walletRemoves: [], dueRemoves: [] };
    const opId = "ab".repeat(32) as OpId;
    const dueAdds = [
      { dueAtMs, kind: "CARD", id: card },
      { dueAtMs, kind: "OPERATION", id: opId },
    ] as const;
    await world.store.save({ shard, pointer: null, outcome: null, ...none, ...wallet, dueAdds });
    const { sweeper, heard } = sweeperOf(world);
    await sweeper.round();
    expect(heard).toMatchObject({ cards: 0, operations: 0, stale: 2, overdueMs: 0 });
    expect(await dueEntries(world)).toBe(0);
  });

  it("closes what can no longer be refunded, and leaves what can", async () => {
    const world = new World();
    const card = await activeCard(world, 1_000);
    const sales = [];
    for (let nth = 0; nth < 40; nth += 1) sales.push(saleOf(await sell(world, code(card), 10)));
    const shard = shardOf(card, world.store.shards);
    // 24 were given away to operations, the newest 16 stay with the card.
    expect(await world.store.operationsOf(shard, null, 100)).toHaveLength(24);
    const [first] = sales;
    if (first === undefined) throw new Error("a sale");
    expect(told(await giveBack(world, first, 4)).operation).toBeDefined();
    const { sweeper, heard } = sweeperOf(world);
    world.clock.advance(30 * dayMs - 1);
    await sweeper.round();
    expect(heard.operations).toBe(0);
    expect(told(await giveBack(world, first, 4)).operation).toBeDefined();
    world.clock.advance(1);
    expect(told(await giveBack(world, first, 1))).toEqual({ code: "REFUND_WINDOW_CLOSED" });
    await sweeper.round();
    expect(heard.operations).toBe(24);
    expect(await world.store.operationsOf(shard, null, 100)).toEqual([]);
    expect(await dueEntries(world)).toBe(0);
    expect(told(await giveBack(world, first, 1))).toEqual({ code: "REFUND_WINDOW_CLOSED" });
    const closed = (await world.cardEvents()).filter(({ type }) => type === "OperationsClosed");
    expect(closed).toHaveLength(1);
  });

  it("closes a sale over several lots", async () => {
    const world = new World();
    await createdProgram(world, "POINTS");
    for (const sum of [5, 6]) await grant(world, "anna", sum);
    const sale = saleOf(await sell(world, lots("anna"), 11));
    world.clock.advance(31 * dayMs);
    const { sweeper, heard } = sweeperOf(world);
    await sweeper.round();
    expect(heard.operations).toBe(1);
    expect(told(await giveBack(world, sale, 1))).toEqual({ code: "REFUND_WINDOW_CLOSED" });
  });
});

describe("a sweeper in the wallet index", () => {
  /** A card in a shard other than its wallet's, which was bound and is no more: its entry is left behind. */
  async function left(world: World): Promise<{ card: CardId; walletId: string }> {
    const { shards } = world.store;
    for (const card of await activeCards(world, { count: 40 })) {
      await bind(world, card, "anna");
      const walletId = (await world.vault.find("anna"))?.walletId ?? "";
      if (shardOf(walletId, shards) === shardOf(card, shards)) continue;
      await unbind(world, card, "anna");
      const entries = await world.store.walletCards(walletId, null, 100);
      if (entries.includes(card)) return { card, walletId };
    }
    throw new Error("all of them in one shard");
  }

  const sweepAll = async ({ sweeper }: ReturnType<typeof sweeperOf>, world: World) => {
    for (let shard = 0; shard < world.store.shards; shard += 1) await sweeper.round();
  };

  it("drops what names a card that has ended elsewhere, and nothing that can still be bound", async () => {
    const world = new World();
    const { card, walletId } = await left(world);
    const entries = () => world.store.walletCards(walletId, null, 100);
    const before = await entries();
    const swept = sweeperOf(world);
    await sweepAll(swept, world);
    // It may be the candidate of a binding that is about to be saved.
    expect([swept.heard.unlisted, await entries()]).toEqual([0, before]);
    await cancel(world, card);
    await sweepAll(swept, world);
    expect(swept.heard).toMatchObject({ unlisted: 1, failures: 0 });
    expect(await entries()).toEqual(before.filter((one) => one !== card));
    await sweepAll(swept, world);
    expect(swept.heard.unlisted).toBe(1);
  });

  it("keeps what names a card until the ledger has its end: before, an operator may set it back", async () => {
    const world = new World();
    const { card, walletId } = await left(world);
    await cancel(world, card);
    const ended = (await world.store.card(card))?.lastEventId;
    let end: FinalityState = "ACCEPTED";
    const of = async (eventId: string): Promise<FinalityState> =>
      eventId === ended ? end : "COMMITTED";
    const swept = sweeperOf(world, world.store, { of });
    const entries = () => world.store.walletCards(walletId, null, 100);
    for (const state of ["ACCEPTED", "REJECTED"] as const) {
      end = state;
      await sweepAll(swept, world);
      expect([swept.heard.unlisted, await entries()]).toEqual([0, expect.arrayContaining([card])]);
    }
    end = "COMMITTED";
    await sweepAll(swept, world);
    expect(swept.heard.unlisted).toBe(1);
    expect(await entries()).not.toContain(card);
  });

  it("keeps what ended in the wallet: it can be seen there", async () => {
    const world = new World();
    const [card] = await expiring(world, 1);
    if (card === undefined) throw new Error("a card");
    await bind(world, card, "anna");
    world.clock.advance(dayMs);
    const swept = sweeperOf(world);
    await sweepAll(swept, world);
    const walletId = (await world.vault.find("anna"))?.walletId ?? "";
    expect(swept.heard).toMatchObject({ cards: 1, unlisted: 0 });
    expect(await world.store.walletCards(walletId, null, 10)).toEqual([card]);
  });

  it.each<[Fault]>([["BEFORE"], ["AFTER"]])(
    "comes back to it when a save fails %s it was done",
    async (fault) => {
      const world = new World();
      const { card, walletId } = await left(world);
      await cancel(world, card);
      const faulty = failing(world.store, (method, nth) =>
        method === "save" && nth === 1 ? fault : "NONE",
      );
      const swept = sweeperOf(world, faulty);
      await sweepAll(swept, world);
      await sweepAll(swept, world);
      expect(swept.heard.failures).toBe(1);
      expect(await world.store.walletCards(walletId, null, 100)).not.toContain(card);
    },
  );
});

describe("a sweeper at faults", () => {
  it.each<[Fault]>([["BEFORE"], ["AFTER"]])(
    "%s a save: nothing is lost, nothing is done twice",
    async (fault) => {
      const world = new World();
      await expiring(world, 20);
      world.clock.advance(dayMs);
      const faulty = failing(world.store, (method, nth) =>
        method === "save" && nth === 1 ? fault : "NONE",
      );
      const { sweeper, heard } = sweeperOf(world, faulty);
      expect(await sweeper.round()).toBe(false);
      expect(heard.failures).toBe(1);
      if (fault === "BEFORE") expect(await dueEntries(world)).toBeGreaterThan(0);
      expect(await sweeper.round()).toBe(true);
      const expired = (await world.cardEvents()).flatMap((event) =>
        event.type === "CardsExpired" ? event.cards.map(({ cardId }) => cardId) : [],
      );
      expect(expired).toHaveLength(20);
      expect(new Set(expired).size).toBe(20);
      expect(await dueEntries(world)).toBe(0);
    },
  );

  it("meets whoever saves between its look and its save", async () => {
    const world = new World();
    const [card] = await expiring(world, 1);
    if (card === undefined) throw new Error("a card");
    world.clock.advance(dayMs);
    let first = true;
    const racing = replacing(world.store, {
      save: async (change) => {
        if (first) {
          first = false;
          await sell(world, code(card), 1);
        }
        return await world.store.save(change);
      },
    });
    const { sweeper, heard } = sweeperOf(world, racing);
    expect(await sweeper.round()).toBe(true);
    expect(heard.failures).toBe(0);
    const events = (await world.cardEvents()).filter(({ type }) => type === "CardsExpired");
    expect(events).toHaveLength(1);
    expect(await dueEntries(world)).toBe(0);
  });

  it("two at once do the work of one", async () => {
    const world = new World();
    await expiring(world, 30);
    world.clock.advance(dayMs);
    const [one, other] = [sweeperOf(world), sweeperOf(world)];
    await Promise.all([one.sweeper.round(), other.sweeper.round()]);
    expect(one.heard.cards + other.heard.cards).toBe(30);
    expect(one.heard.failures + other.heard.failures).toBe(0);
  });

  it("is stopped between two rounds, and waits as long as it was told", async () => {
    const world = new World();
    const waits: number[] = [];
    const nothing = () => undefined;
    const observer = { swept: nothing, unlisted: nothing, failed: nothing, overdue: nothing };
    const broken = replacing(world.store, {
      due: () => Promise.reject(new Error("no store")),
    });
    const done: { stop?: () => Promise<void> } = {};
    await new Promise<void>((resolve) => {
      const pause = async (ms: number) => {
        waits.push(ms);
        if (waits.length === 4) resolve();
        await Promise.resolve();
      };
      const sweeper = new Sweeper({
        ...world.ports,
        store: broken,
        finality: allCommitted,
        observer,
        pause,
      });
      sweeper.start();
      done.stop = () => sweeper.stop();
    });
    await done.stop?.();
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  });
});
