import { PortError } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { Turns, writeOff } from "../../src/index.ts";
import { conflictRetriesMax, waitingPerTurnMax } from "../../src/keyed/limits.ts";
import { activeCard, createdProgram } from "../support/making.ts";
import { askedSale, code, grant, lots, sell, told } from "../support/selling.ts";
import { replacing, World } from "../support/world.ts";

describe("64 sales of one unit at once against 50", () => {
  it.each([1, 2, 3])("give exactly 50, each in a process of its own (round %i)", async () => {
    const world = new World();
    // Without refunds to keep, a card takes any number of sales.
    await createdProgram(world, "GIFT_CARD", { refundWindowDays: 0 });
    const card = await activeCard(world, 50);
    const results = await Promise.all(Array.from({ length: 64 }, () => sell(world, code(card), 1)));
    const declined = results.flatMap((result) => told(result).code ?? []);
    expect(declined).toEqual(Array.from({ length: 14 }, () => "BALANCE_INSUFFICIENT"));
    expect((await world.store.card(card))?.card).toMatchObject({ balance: 0n, version: 52 });
  });

  it("give exactly 50 from a wallet of points", async () => {
    const world = new World();
    await createdProgram(world, "POINTS", { refundWindowDays: 0 });
    for (const lot of [20, 30]) await grant(world, "anna", lot);
    const results = await Promise.all(
      Array.from({ length: 64 }, () => sell(world, lots("anna"), 1)),
    );
    const declined = results.filter((result) => told(result).code !== undefined);
    expect(declined).toHaveLength(14);
    for (const result of declined)
      expect(told(result)).toMatchObject({ code: "BALANCE_INSUFFICIENT", available: 0 });
  });
});

describe("conflicts", () => {
  it("end in VERSION_CONFLICT after so many retries, and nothing is kept", async () => {
    const world = new World();
    const card = await activeCard(world, 50);
    let saves = 0;
    const store = replacing(world.store, {
      save: async () => {
        saves += 1;
        throw new PortError("VERSION_CONFLICT", "somebody is always first");
      },
    });
    const asked = askedSale(world, code(card), 1);
    const selling = writeOff({ ...world.ports, store }, new Turns(), asked);
    await expect(selling).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(saves).toBe(conflictRetriesMax + 1);
    expect(await world.store.pointer(asked.opId)).toBeUndefined();
  });

  it("do not arise between those who share turns", async () => {
    const world = new World();
    const card = await activeCard(world, 50);
    let saves = 0;
    const store = replacing(world.store, {
      save: async (change) => {
        saves += 1;
        return await world.store.save(change);
      },
    });
    const ports = { ...world.ports, store };
    await Promise.all(
      Array.from({ length: 12 }, () =>
        writeOff(ports, world.turns, askedSale(world, code(card), 1)),
      ),
    );
    expect(saves).toBe(12);
  });
});

describe("a key overtaken by itself between two looks", () => {
  it.each([
    ["leaves something", 5],
    ["takes everything", 50],
  ])("answers what it led to, when that %s", async (_, amount) => {
    const world = new World();
    const card = await activeCard(world, 50);
    const asked = askedSale(world, code(card), amount);
    let looks = 0;
    const store = replacing(world.store, {
      card: async (id) => {
        looks += 1;
        // The same key, in another process, is done between our look at the key and our look at the card.
        if (looks === 1) await writeOff(world.ports, new Turns(), asked);
        return await world.store.card(id);
      },
    });
    const result = await writeOff({ ...world.ports, store }, new Turns(), asked);
    expect(result).toMatchObject({ kind: "OUTCOME", replayed: true, outcome: { kind: "DONE" } });
    expect(told(result)).toMatchObject({ operation: { amount } });
    expect((await world.store.card(card))?.card.balance).toBe(50n - BigInt(amount));
  });
});

describe("turns", () => {
  it("run work of one name in order and of others meanwhile, also after a failure", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const slow = turns.take("a", async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push("a1");
      throw new Error("lost");
    });
    const next = turns.take("a", async () => void seen.push("a2"));
    const other = turns.take("b", async () => void seen.push("b"));
    await expect(slow).rejects.toThrow("lost");
    await Promise.all([next, other]);
    expect(seen).toEqual(["b", "a1", "a2"]);
  });

  it("are refused when too many wait, and free again later", async () => {
    const turns = new Turns();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const waiting = Array.from({ length: waitingPerTurnMax }, () => turns.take("a", () => gate));
    await expect(turns.take("a", async () => 1)).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
      retryable: true,
    });
    open();
    await Promise.all(waiting);
    expect(await turns.take("a", async () => 1)).toBe(1);
  });
});
