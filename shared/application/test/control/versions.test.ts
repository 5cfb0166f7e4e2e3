import { amount, participantId, programId } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { changeProgram } from "../../src/index.ts";
import {
  activeCard,
  changedProgram,
  createdProgram,
  gold,
  issuer,
  keyOf,
} from "../support/making.ts";
import { load } from "../support/ordering.ts";
import { code, giveBack, grant, lots, saleOf, sell, told } from "../support/selling.ts";
import { World } from "../support/world.ts";

const hourMs = 3_600_000;

describe("a version of a program", () => {
  it("keeps what is not named, and takes away a limit that is null", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    await changedProgram(world, { spendMax: amount(50), showBalance: true });
    const third = await changedProgram(world, { spendMax: null }, "third");
    expect(told(third)).toMatchObject({
      program: { version: 3, spendMax: null, showBalance: true, refundWindowDays: 30 },
    });
    expect(world.registry.program(gold)?.version).toBe(3);
  });

  it("gets each number once, whoever asks at once", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    const keys = ["a", "b", "c", "d"];
    const results = await Promise.all(keys.map((key) => changedProgram(world, {}, key)));
    const made = results.flatMap((result) => {
      const { program } = told(result) as { program?: { version: number } };
      return program === undefined ? [] : [program.version];
    });
    for (const result of results) {
      const { code: refusal } = told(result);
      if (refusal !== undefined) expect(refusal).toBe("PROGRAM_VERSION_WRONG");
    }
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made).size).toBe(made.length);
    expect(world.registry.program(gold)?.version).toBe(1 + made.length);
    const [first] = results;
    const again = await changedProgram(world, {}, "a");
    expect(again).toMatchObject({ replayed: true });
    if (first !== undefined) expect(told(again)).toEqual(told(first));
  });

  it("waits for the one before it to be COMMITTED", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    world.commits = false;
    await changedProgram(world, { spendMax: amount(5) });
    expect(await changedProgram(world, {}, "next")).toEqual({ kind: "NOT_COMMITTED_YET" });
    world.commits = true;
    await world.commit();
    expect(told(await changedProgram(world, {}, "next"))).toMatchObject({
      program: { version: 3, spendMax: 5 },
    });
  });

  it("of a program that is not there is refused", async () => {
    const world = new World();
    const opId = keyOf(world, "nowhere");
    const asked = { opId, actor: issuer, programId: programId("nowhere"), terms: {} };
    const result = await changeProgram(world.ports, { ...asked, effectiveFromMs: null });
    expect(told(result)).toEqual({ code: "PROGRAM_NOT_FOUND" });
  });

  it("rules from its time on, also where a card has seen a later time than the clock", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const fromMs = world.clock.nowMs() + hourMs;
    await changedProgram(world, { spendMax: amount(10) }, "later", fromMs);
    expect(told(await sell(world, code(card), 11)).operation).toBeDefined();
    world.clock.advance(hourMs);
    expect(told(await sell(world, code(card), 11))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      limit: "spendMax",
    });
    await sell(world, code(card), 10);
    // The clock goes back; the card does not.
    world.clock.advance(-hourMs);
    expect(told(await sell(world, code(card), 11))).toMatchObject({ limit: "spendMax" });
    const versions = (await world.cardEvents()).flatMap((event) =>
      event.type === "CardWrittenOff" ? [event.programVersion] : [],
    );
    expect(versions).toEqual([1, 2]);
  });
});

describe("a limit", () => {
  it("of a day is not crossed by two sales at once", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await changedProgram(world, { dailySpendMax: amount(50) });
    const sales = await Promise.all([1, 2, 3].map(() => sell(world, code(card), 30)));
    const answers = sales.map((sale) => told(sale));
    expect(answers.filter(({ operation }) => operation !== undefined)).toHaveLength(1);
    for (const answer of answers)
      if (answer.operation === undefined)
        expect(answer).toMatchObject({ code: "LIMIT_EXCEEDED", limit: "dailySpendMax" });
    world.clock.advance(24 * hourMs);
    expect(told(await sell(world, code(card), 50)).operation).toBeDefined();
  });

  it("of balance holds for loads and grants, and for no refund", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    const sale = saleOf(await sell(world, code(card), 60));
    await changedProgram(world, { balanceMax: amount(50) });
    expect(told(await load(world, card, 11))).toMatchObject({ code: "BALANCE_EXCEEDS_LIMIT" });
    expect(told(await load(world, card, 10)).operation).toBeDefined();
    expect(told(await giveBack(world, sale, 60))).toMatchObject({ balances: [{ balance: 110 }] });
    await createdProgram(world, "POINTS", { balanceMax: amount(5) });
    expect(told(await grant(world, "anna", 6))).toMatchObject({ code: "BALANCE_EXCEEDS_LIMIT" });
  });

  it("of acceptors and of backdating is named", async () => {
    const world = new World();
    const card = await activeCard(world, 100);
    await changedProgram(world, { acceptors: [participantId("store-2")], backdatingDaysMax: 0 });
    expect(told(await sell(world, code(card), 1))).toMatchObject({ code: "ACCEPTOR_NOT_ALLOWED" });
    const acceptor = participantId("store-2");
    const businessAtMs = world.clock.nowMs() - 1;
    expect(told(await sell(world, code(card), 1, { acceptor, businessAtMs }))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      limit: "backdatingDaysMax",
    });
    expect(told(await sell(world, code(card), 1, { acceptor })).operation).toBeDefined();
  });

  it("of single sales holds for a wallet's lots together", async () => {
    const world = new World();
    await createdProgram(world, "POINTS", { spendMax: amount(10) });
    for (const sum of [8, 8]) await grant(world, "anna", sum);
    expect(told(await sell(world, lots("anna"), 11))).toMatchObject({ limit: "spendMax" });
    expect(told(await sell(world, lots("anna"), 10)).operation).toBeDefined();
  });
});
