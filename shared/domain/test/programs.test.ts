import { describe, expect, it } from "vitest";
import { amount, decide, evolve, programVersionMax, type ProgramTerms } from "../src/index.ts";
import {
  bind,
  changeProgram,
  createBatch,
  createProgram,
  grant,
  walletWriteOff,
  writeOff,
} from "./stage/commands.ts";
import {
  dayMs,
  giftCard,
  gold,
  kiosk,
  lot,
  mia,
  opNo,
  points,
  shop,
  t0,
} from "./stage/fixtures.ts";
import { first, given, onward, situation } from "./stage/given.ts";

describe("a program changes", () => {
  it("into its next version, of the same kind, unit and issuer, ruling from then on", () => {
    const { after } = given({ program: gold })
      .when(changeProgram({ spendMax: amount(50) }))
      .accepted();
    expect(after.program).toEqual({
      ...gold,
      version: 2,
      spendMax: 50n,
      effectiveFromMs: t0 + 1000,
    });
  });

  it("not before itself, nor before the version it follows", () => {
    const early = changeProgram({ effectiveFromMs: t0 - 5 });
    expect(given({ program: gold }).when(early).accepted().after.program?.effectiveFromMs).toBe(
      t0 + 1000,
    );
    const announced = { ...gold, effectiveFromMs: t0 + 9000 };
    const { after } = given({ program: announced }).when(changeProgram()).accepted();
    expect(after.program?.effectiveFromMs).toBe(t0 + 9000);
  });

  it("never beyond the last version that can be counted", () => {
    const outcome = given({ program: { ...gold, version: programVersionMax } }).when(
      changeProgram(),
    );
    expect(outcome.refused()).toEqual({ code: "LIMIT_EXCEEDED", limit: "programVersionMax" });
  });

  it("only when there is one", () => {
    expect(given({}).when(changeProgram()).refused()).toEqual({ code: "PROGRAM_NOT_FOUND" });
  });

  it("and names its acceptors once and in order", () => {
    const acceptors = [shop, kiosk, shop];
    const { after } = given({ program: gold }).when(changeProgram({ acceptors })).accepted();
    expect(after.program?.acceptors).toEqual([kiosk, shop]);
  });

  const wrong: [string, Partial<ProgramTerms>, object][] = [
    [
      "a refund window of half a day",
      { refundWindowDays: 0.5 },
      { code: "LIMIT_EXCEEDED", limit: "refundWindowDaysMax" },
    ],
    [
      "backdating of eleven years",
      { backdatingDaysMax: 4_015 },
      { code: "LIMIT_EXCEEDED", limit: "backdatingDaysMax" },
    ],
    ["a balance of nothing", { balanceMax: amount(0) }, { code: "AMOUNT_INVALID" }],
    ["sales of nothing", { spendMax: amount(0) }, { code: "AMOUNT_INVALID" }],
    [
      "too many acceptors",
      { acceptors: Array.from({ length: 501 }, (_, n) => `a${n}` as typeof shop) },
      { code: "LIMIT_EXCEEDED", limit: "acceptorsPerProgramMax" },
    ],
  ];
  for (const [name, terms, refusal] of wrong)
    it(`not to ${name}, neither at birth nor later`, () => {
      expect(given({}).when(createProgram(terms)).refused()).toEqual(refusal);
      expect(given({ program: gold }).when(changeProgram(terms)).refused()).toEqual(refusal);
    });

  it("to no daily limit where it is points", () => {
    const outcome = given({ program: points }).when(changeProgram({ dailySpendMax: amount(5) }));
    expect(outcome.refused()).toEqual({ code: "PROGRAM_KIND_MISMATCH" });
  });
});

describe("what a program limits", () => {
  it("is a single sale, over all its lots", () => {
    const program = { ...points, spendMax: amount(14) };
    const wallet = { program, cards: [lot(1, 10), lot(2, 10)] };
    given(wallet).when(walletWriteOff(14)).accepted();
    expect(given(wallet).when(walletWriteOff(15)).refused()).toEqual({
      code: "LIMIT_EXCEEDED",
      limit: "spendMax",
      max: 14n,
    });
  });

  it("is what one card spends in a day, counted from midnight UTC", () => {
    const program = { ...gold, dailySpendMax: amount(50) };
    const midnight = Math.ceil((t0 + 1000) / dayMs) * dayMs;
    let now = { program, cards: [giftCard(1)] } as ReturnType<typeof onward>;
    const sell = (value: number, n: number, nowMs: number) =>
      given(now).when(writeOff(value, { opId: opNo(n), nowMs, businessAtMs: nowMs }));
    now = onward(now, sell(30, 1, midnight - 2).accepted().after);
    expect(sell(21, 2, midnight - 1).refused()).toEqual({
      code: "LIMIT_EXCEEDED",
      limit: "dailySpendMax",
      max: 50n,
    });
    now = onward(now, sell(20, 3, midnight - 1).accepted().after);
    now = onward(now, sell(50, 4, midnight).accepted().after);
    expect(first(now.cards ?? []).dailySpend?.amount).toBe(50n);
  });

  it("is counted only while there is a limit", () => {
    const counted = giftCard(1, { dailySpend: { day: 0, amount: amount(5) } });
    const { after } = given({ program: gold, cards: [counted] })
      .when(writeOff(1))
      .accepted();
    expect(first(after.cards).dailySpend).toBeNull();
  });

  it("is who takes the cards", () => {
    const program = { ...gold, acceptors: [kiosk] };
    const before = { program, cards: [giftCard(1)] };
    expect(given(before).when(writeOff(1)).refused()).toEqual({ code: "ACCEPTOR_NOT_ALLOWED" });
    given(before)
      .when(writeOff(1, { acceptor: kiosk }))
      .accepted();
  });

  it("is how far business is dated back, and never more than a day ahead", () => {
    const program = { ...gold, backdatingDaysMax: 2 };
    const before = { program, cards: [giftCard(1)] };
    const at = (businessAtMs: number) => given(before).when(writeOff(1, { businessAtMs }));
    at(t0 + 1000 - 2 * dayMs).accepted();
    expect(at(t0 + 999 - 2 * dayMs).refused()).toEqual({
      code: "LIMIT_EXCEEDED",
      limit: "backdatingDaysMax",
    });
    at(t0 + 1000 + dayMs).accepted();
    expect(at(t0 + 1001 + dayMs).refused()).toEqual({
      code: "LIMIT_EXCEEDED",
      limit: "businessAt",
    });
  });

  it("is the largest balance: of a grant, and of a batch's face value", () => {
    const over = { code: "BALANCE_EXCEEDS_LIMIT", limit: "balanceMax" };
    const lots = { ...points, balanceMax: amount(9) };
    given({ program: lots }).when(grant(9)).accepted();
    expect(given({ program: lots }).when(grant(10)).refused()).toEqual({ ...over, max: 9n });
    const cards = { ...gold, balanceMax: amount(99) };
    expect(given({ program: cards }).when(createBatch()).refused()).toEqual({ ...over, max: 99n });
  });
});

describe("an event names the version it was decided under", () => {
  it("and bears a time at which that version rules", () => {
    const next = { ...gold, version: 2, effectiveFromMs: t0 + 5000 };
    const decision = decide(
      situation({ program: next, cards: [giftCard(1)] }),
      bind({ holder: mia }),
    );
    expect(decision).toMatchObject({ event: { programVersion: 2, atMs: t0 + 5000 } });
    if (decision.kind !== "ACCEPTED") return;
    const { cards } = evolve(situation({ program: next, cards: [giftCard(1)] }), decision.event);
    expect(first(cards).lastAtMs).toBe(t0 + 5000);
  });
});
