import type { CardId } from "@scrip/domain";
import type { CardStore, Finality, FinalityState, Outbox } from "@scrip/ports";
import {
  failing,
  failOnce,
  testReceiptKey,
  testReceipts,
  type CountingSigner,
} from "@scrip/testing";
import { decodeEvent, formatEventId } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { operationAnswer, type KeyedResult, type Receipts } from "../../src/index.ts";
import { declined } from "../../src/keyed/attempt.ts";
import { runKeyed } from "../../src/keyed/keyed.ts";
import { activeCard, activeCards, createdProgram, keyOf } from "../support/making.ts";
import { bind, code, giveBack, grant, lots, saleOf, sell, store1 } from "../support/selling.ts";
import { replacing, World } from "../support/world.ts";
import { opened, type Opened } from "./opened.ts";

const logOrigin = "scrip.example/application";
const logWithinMs = 60_000;

interface Given {
  readonly world: World;
  readonly card: CardId;
  readonly key: CountingSigner;
  readonly reads: () => number;
  readonly receipts: Receipts;
}

/** A card with 100, and receipts that count signatures and looks into the outbox. */
async function given(): Promise<Given> {
  const world = new World();
  const card = await activeCard(world, 100);
  const key = testReceiptKey(logOrigin);
  let reads = 0;
  const read: Outbox["read"] = (...asked) => {
    reads += 1;
    return world.store.read(...asked);
  };
  return { world, card, key, reads: () => reads, receipts: testReceipts({ read }, logOrigin, key) };
}

interface Told {
  readonly eventId?: string;
  readonly finality?: string;
  readonly receipt?: string | null;
  readonly proof?: string | null;
}

async function answered(
  { receipts }: Pick<Given, "receipts">,
  result: KeyedResult,
  state: FinalityState = "ACCEPTED",
): Promise<Told> {
  const finality = { of: () => Promise.resolve(state), waitFor: () => Promise.resolve(state) };
  const answer = await operationAnswer(result, { finality, receipts }, 0);
  if (answer.kind !== "DONE") throw new Error(`not done: ${answer.code}`);
  return answer.body;
}

const check = ({ key }: Given, { receipt = null }: Told): Opened => opened(receipt, key.publicKey);

describe("an answer that moved value", () => {
  it("carries a receipt for its event, made from what was just saved", async () => {
    const here = await given();
    const { world, card } = here;
    await createdProgram(world, "POINTS");
    const sale = await sell(world, code(card), 60);
    const results = [
      sale,
      await giveBack(world, saleOf(sale), 10),
      await bind(world, card, "anna"),
      await grant(world, "anna", 5),
    ];
    for (const result of results) {
      const told = await answered(here, result);
      const { eventId, origin, logByMs } = check(here, told);
      expect(told).toMatchObject({ eventId: formatEventId(eventId), proof: null });
      expect(origin).toBe(`${logOrigin}/receipts`);
      expect(logByMs).toBe(world.clock.nowMs() + logWithinMs);
    }
    expect([here.key.signatures, here.reads()]).toEqual([4, 0]);
  });

  it("shares one signature with all that were saved together", async () => {
    const here = await given();
    const { world, key } = here;
    const cards = await activeCards(world, { count: 40, faceValue: 10, key: "forty" });
    const told = await Promise.all(
      cards.map(async (card) => answered(here, await sell(world, code(card), 3))),
    );
    expect(key.signatures).toBe(1);
    const events = told.map((one) => check(here, one));
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(40);
    for (const { size } of events) expect(size).toBe(40);
  });

  it("is for the operation's own event, not for what fell due before it in the same save", async () => {
    const here = await given();
    const { world } = here;
    await createdProgram(world, "POINTS");
    await grant(world, "anna", 5, { expiresAtMs: world.clock.nowMs() + 1_000 });
    await grant(world, "anna", 50);
    world.clock.advance(1_000);
    const sale = () => sell(world, lots("anna"), 20, { key: "k" });
    for (const result of [await sale(), await sale()]) {
      const { entry } = check(here, await answered(here, result));
      expect(decodeEvent(entry).event.type).toBe("CardWrittenOff");
    }
    expect((await world.cardEvents()).map(({ type }) => type)).toContain("CardsExpired");
  });

  it("names the proof in place of a receipt once the event is COMMITTED or REJECTED", async () => {
    const here = await given();
    await sell(here.world, code(here.card), 5, { key: "k" });
    const result = await sell(here.world, code(here.card), 5, { key: "k" });
    for (const state of ["COMMITTED", "REJECTED"] as const) {
      const told = await answered(here, result, state);
      const proof = `/v1/events/${told.eventId}/proof`;
      expect(told).toMatchObject({ finality: state, receipt: null, proof });
    }
    expect(here.key.signatures).toBe(0);
  });

  it("is without either where nothing was moved, or none are given", async () => {
    const here = await given();
    const finality: Finality = {
      of: () => Promise.resolve("ACCEPTED"),
      waitFor: () => Promise.resolve("ACCEPTED"),
    };
    const no = await sell(here.world, code(here.card), 500);
    const declinedAnswer = await operationAnswer(no, { finality, receipts: here.receipts }, 0);
    expect(JSON.stringify(declinedAnswer)).not.toMatch(/receipt|proof/);
    const yes = await sell(here.world, code(here.card), 5);
    const bare = await operationAnswer(yes, { finality, receipts: null }, 0);
    expect(JSON.stringify(bare)).not.toMatch(/receipt|proof/);
    expect(here.key.signatures).toBe(0);
  });
});

describe("a replay", () => {
  const again = (here: Given) => sell(here.world, code(here.card), 5, { key: "k" });

  it("signs the same entry again while it is not COMMITTED", async () => {
    const here = await given();
    const first = check(here, await answered(here, await again(here)));
    here.world.clock.advance(5_000);
    const replayed = await again(here);
    expect(replayed).toMatchObject({ replayed: true, entry: null });
    const second = check(here, await answered(here, replayed));
    expect(second).toEqual(first);
    expect([here.key.signatures, here.reads()]).toEqual([2, 1]);
  });

  it("names the proof when the outbox has the event no longer", async () => {
    const here = await given();
    const { store } = here.world;
    const result = await again(here);
    if (result.kind !== "OUTCOME") throw new Error("no outcome");
    const seq = (await store.nextSeq(result.shard)) - 1;
    expect(result.outcome.seq).toBe(seq);
    await store.trim(result.shard, { epoch: 1, seq: seq + 1, chain: "00".repeat(32) });
    const told = await answered(here, await again(here));
    expect(told).toMatchObject({ receipt: null, proof: `/v1/events/${told.eventId}/proof` });
    expect(here.key.signatures).toBe(0);
  });

  it("is refused when the outbox keeps something else in the event's place", async () => {
    const here = await given();
    await again(here);
    const read: Outbox["read"] = async (...asked) =>
      (await here.world.store.read(...asked)).map((one) => ({
        ...one,
        bytes: Uint8Array.from(one.bytes, (byte, at) => (at === 40 ? byte ^ 1 : byte)),
      }));
    const spoiled = { receipts: testReceipts({ read }, logOrigin, here.key) };
    await expect(answered(spoiled, await again(here))).rejects.toMatchObject({ code: "CORRUPT" });
    expect(here.key.signatures).toBe(0);
  });

  it("finds the event of a first request that was decided in another shard", async () => {
    const here = await given();
    const { world } = here;
    const opId = keyOf(world, "k", store1);
    const bodyHash = "00".repeat(32);
    let first: KeyedResult | undefined;
    // While the second looks and finds no card, the first sells: both have the key and the body in common.
    const second = await runKeyed(world.store, {
      opId,
      bodyHash,
      attempt: async () => {
        const store = replacing<CardStore & Outbox>(world.store, {
          save: (change) =>
            world.store.save({
              ...change,
              pointer: change.pointer && { ...change.pointer, bodyHash },
            }),
        });
        first = await sell({ ports: { ...world.ports, store } }, code(here.card), 5, { key: "k" });
        return declined({ code: "CARD_NOT_FOUND" }, world.clock.nowMs());
      },
    });
    if (first === undefined) throw new Error("nothing was sold");
    const { eventId } = check(here, await answered(here, first));
    expect(check(here, await answered(here, second)).eventId).toBe(eventId);
  });
});

describe("a receipt is never there before its event is durable", () => {
  it("nothing is signed while the save is under way", async () => {
    const here = await given();
    const { world, card, key } = here;
    let release = (): void => undefined;
    const synced = new Promise<void>((resolve) => {
      release = resolve;
    });
    const save: CardStore["save"] = async (change) => {
      const saved = await world.store.save(change);
      await synced;
      return saved;
    };
    const slow = { ports: { ...world.ports, store: replacing(world.store, { save }) } };
    const answer = sell(slow, code(card), 5).then((result) => answered(here, result));
    for (let turns = 0; turns < 20; turns += 1) await new Promise((next) => setImmediate(next));
    expect(key.signatures).toBe(0);
    release();
    expect(check(here, await answer).size).toBe(1);
    expect(key.signatures).toBe(1);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "a save that failed (%s it was done) is not signed; the same key gets what is true",
    async (fault) => {
      const here = await given();
      const { world, card, key } = here;
      const ports = { ...world.ports, store: failing(world.store, failOnce("save", fault)) };
      const lost = sell({ ports }, code(card), 5, { key: "k" });
      await expect(lost).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(key.signatures).toBe(0);
      const retried = await sell(world, code(card), 5, { key: "k" });
      expect(retried).toMatchObject({ replayed: fault === "AFTER" });
      expect(check(here, await answered(here, retried)).size).toBe(1);
    },
  );

  it("a process that dies between the two loses the answer, and its successor gives it", async () => {
    const here = await given();
    const { world, card } = here;
    const saved = await sell(world, code(card), 5, { key: "k" });
    const { name, algorithm, publicKey } = here.key;
    const sign = (): never => {
      throw new Error("killed");
    };
    const signer = { name, algorithm, publicKey, sign };
    const dead = { receipts: testReceipts(world.store, logOrigin, signer) };
    await expect(answered(dead, saved)).rejects.toThrow("killed");
    const retried = await sell(world, code(card), 5, { key: "k" });
    const { eventId } = check(here, await answered(here, retried));
    expect(retried).toMatchObject({ replayed: true, outcome: { eventId } });
    expect((await world.cardEvents()).filter(({ type }) => type === "CardWrittenOff")).toHaveLength(
      1,
    );
  });
});
