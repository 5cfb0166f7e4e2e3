import { amount, drawable, participantId, type ProgramTerms } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { walletBalances, walletRecords } from "../../src/index.ts";
import { activeCard, createdProgram, gold, points } from "../support/making.ts";
import { bind, boundCard, grant, lots, sell, store1, told } from "../support/selling.ts";
import { World } from "../support/world.ts";

const holder = "anna";

/** What the wallet of the holder says of the unit. */
async function walletOf(world: World, unit: "CNY" | "PTS") {
  const walletId = (await world.vault.find(holder))?.walletId ?? "";
  const records = await walletRecords(world.store, walletId);
  const cards = records.map(({ card }) => card);
  const nowMs = world.clock.nowMs();
  const program = unit === "CNY" ? gold : points;
  const view = { cards, program: () => world.registry.ruling(program, nowMs), nowMs };
  const known = cards.find((card) => card.unit === unit)?.unit;
  if (known === undefined) throw new Error(`nothing of ${unit} in the wallet`);
  return walletBalances(view, known);
}

const limits: readonly (readonly [string, Partial<ProgramTerms>])[] = [
  ["none", {}],
  ["spendMax", { spendMax: amount(10) }],
  ["acceptors", { acceptors: [store1] }],
  ["acceptors that are others", { acceptors: [participantId("elsewhere")] }],
];

describe("what is available in a wallet", () => {
  it.each(limits)(
    "is what its points can give, whatever one sale may take: %s",
    async (_, terms) => {
      const world = new World();
      await createdProgram(world, "POINTS", terms);
      const granted = await grant(world, holder, 60);
      expect(told(granted)).toMatchObject({ balances: [{ balance: 60, available: 60 }] });
      await grant(world, holder, 7);
      expect(await walletOf(world, "PTS")).toMatchObject({ balance: 67, held: 0, available: 67 });
    },
  );

  it("is told after a sale under a limit", async () => {
    const world = new World();
    await createdProgram(world, "POINTS", { spendMax: amount(10) });
    await grant(world, holder, 60);
    expect(told(await sell(world, lots(holder), 10))).toMatchObject({
      balances: [{ balance: 50, available: 50 }],
    });
    expect(told(await sell(world, lots(holder), 11))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      balances: [{ balance: 50, available: 50 }],
    });
  });

  it.each([...limits, ["dailySpendMax", { dailySpendMax: amount(10) }] as const])(
    "is what its bound card holds, whatever one sale may take: %s",
    async (_, terms) => {
      const world = new World();
      await createdProgram(world, "GIFT_CARD", terms);
      const card = await activeCard(world, 100);
      await bind(world, card, holder);
      expect(await walletOf(world, "CNY")).toMatchObject({ balance: 100, available: 100 });
      if (terms.acceptors?.includes(store1) === false) return;
      await sell(world, boundCard(holder, card), 10);
      expect(await walletOf(world, "CNY")).toMatchObject({ balance: 90, available: 90 });
    },
  );

  it("leaves out what is held and what cannot be used", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const record = await world.store.card(card);
    if (record === undefined) throw new Error("the card was made");
    const held = { ...record.card, held: amount(30) };
    const lost = { ...record.card, standing: { status: "SUSPENDED", reason: "LOST" } } as const;
    const nowMs = world.clock.nowMs();
    expect(drawable([held], nowMs)).toBe(70n);
    expect(drawable([lost], nowMs)).toBe(0n);
    expect(drawable([{ ...record.card, expiresAtMs: nowMs }], nowMs)).toBe(0n);
  });
});
