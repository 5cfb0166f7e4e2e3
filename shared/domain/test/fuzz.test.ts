import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  admit,
  amount,
  amountMax,
  decide,
  evolve,
  lawGauge,
  sumsDelta,
  type Card,
  type Command,
  type Program,
  type Situation,
  type Standing,
} from "../src/index.ts";
import * as make from "./stage/commands.ts";
import {
  batch,
  cardNo,
  generated,
  giftCard,
  gold,
  kiosk,
  lot,
  mia,
  noSums,
  opNo,
  points,
  shop,
  t0,
  tom,
} from "./stage/fixtures.ts";

/** Situations and commands that need not have come about, up to the edges of what can be counted. */
const money = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt(0n, 20n) },
  { weight: 1, arbitrary: fc.bigInt(0n, amountMax) },
  { weight: 1, arbitrary: fc.bigInt(amountMax - 3n, amountMax) },
);
const near = fc.integer({ min: t0 - 3, max: t0 + 3 });
const time = fc.oneof(
  { weight: 6, arbitrary: near },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 0.5) },
);
const expiry = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: near },
);
const standing = fc.constantFrom<Standing[]>(
  ...Array.from({ length: 8 }, () => ({ status: "ACTIVE" }) as const),
  { status: "GENERATED" },
  { status: "ALLOCATED" },
  { status: "SUSPENDED", reason: "LOST" },
  { status: "REDEEMED" },
  { status: "EXPIRED" },
  { status: "REPLACED", successor: cardNo(99) },
  { status: "CANCELLED", reason: "STOLEN" },
);
const holder = fc.constantFrom(mia, tom);

/** A card for which laws 1, 2 and 5 hold, in whatever standing. */
const anyCard = (isLot: boolean) =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 6 }),
      standing,
      holder: fc.option(holder),
      expiresAtMs: expiry,
      lastAtMs: near,
      parts: fc.array(money, { minLength: 4, maxLength: 4 }),
      soldUntilMs: fc.option(fc.integer({ min: t0 - 1, max: t0 + 9 })),
    })
    .map(({ n, parts, holder, soldUntilMs, ...rest }): Card => {
      const [loaded = 0n, drawn = 0n, kept = 0n, cycled = 0n] = parts;
      const out = drawn > loaded ? loaded : drawn;
      const balance = loaded - out;
      const held = kept > balance ? balance : kept;
      const again = cycled > amountMax - out ? amountMax - out : cycled;
      const writtenOff = amount(out + again);
      const sale = { opId: opNo(n), acceptor: shop, amount: writtenOff, refunded: amount(again) };
      const card = { ...(isLot ? lot(n, 1) : giftCard(n)), ...rest };
      const { status } = rest.standing;
      // Stock never had value: a card in it with a balance is not one that laws 1 and 2 speak of.
      if (status === "GENERATED" || status === "ALLOCATED")
        return { ...generated(n), ...rest, distributor: status === "ALLOCATED" ? shop : null };
      return {
        ...card,
        binding: holder === null ? { kind: "UNBOUND" } : { kind: "BOUND", holder },
        balance: amount(balance),
        held: amount(held),
        sums: { ...noSums, loaded: amount(loaded), writtenOff, refunded: amount(again) },
        refundables: soldUntilMs === null ? [] : [{ ...sale, refundableUntilMs: soldUntilMs }],
      };
    });

const anyProgram = fc.constantFrom(
  null,
  gold,
  gold,
  points,
  points,
  { ...gold, spendByCodeWhenBound: true, refundWindowDays: 0 },
  { ...points, version: 2 },
);

/** Mostly cards of the program's kind, mostly one: what a caller who knows the rules would load. */
function anyCardsUnder(program: Program | null) {
  const fitting = anyCard(program?.kind === "POINTS");
  const card = fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 1, arbitrary: anyCard(program?.kind !== "POINTS") },
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.tuple(card) },
    { weight: 1, arbitrary: fc.array(card, { maxLength: 6 }) },
  );
}

const anySituation: fc.Arbitrary<Situation> = anyProgram
  .chain((program) =>
    fc.record({
      program: fc.constant(program),
      batch: fc.constantFrom(null, batch, batch, { ...batch, generated: 1000 }),
      cards: anyCardsUnder(program),
      several: fc.boolean(),
    }),
  )
  .map(({ program, batch, cards, several }) => {
    const legs = cards.map((card) => ({
      cardId: card.cardId,
      amount: card.refundables[0]?.amount ?? amount(1),
      refunded: amount(0),
    }));
    const fits = legs.reduce((sum, leg) => sum + leg.amount, 0n) <= amountMax;
    const { programId, unit } = points;
    const operation = {
      opId: opNo(1),
      programId,
      unit,
      acceptor: shop,
      legs,
      version: 1,
    };
    return {
      program,
      batch,
      participant: null,
      cards: new Map(cards.map((card) => [card.cardId, card])),
      operations: new Map(
        several && fits ? [[operation.opId, { ...operation, refundableUntilMs: t0 + 2 }]] : [],
      ),
      stream: null,
    };
  });

const anyCommand: fc.Arbitrary<Command> = fc
  .record({
    nowMs: time,
    value: money,
    least: fc.oneof({ weight: 4, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: money }),
    whole: fc.oneof({ weight: 4, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.double() }),
    numbers: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 6 }),
    holder,
    partial: fc.boolean(),
    acceptor: fc.constantFrom(shop, shop, shop, kiosk),
    expiresAtMs: fc.oneof(expiry, time),
    businessAtMs: time,
    unit: fc.constantFrom(null, null, null, gold.unit, points.unit),
  })
  .chain(({ nowMs, value, numbers, holder, acceptor, expiresAtMs, businessAtMs, ...more }) => {
    const cash = amount(value);
    const sale = {
      amount: cash,
      unit: more.unit,
      allowPartial: more.partial,
      minimumAvailable: amount(more.least),
      acceptor,
      businessAtMs,
    };
    const [first = 1] = numbers;
    const commands: Command[] = [
      make.createProgram({ refundWindowDays: more.whole }),
      make.createBatch({ count: more.whole, faceValue: cash, expiresAtMs }),
      make.registerParticipant(),
      make.generate(...numbers),
      make.acquire({ distributor: acceptor }),
      make.distribute({ distributor: acceptor }),
      make.bind({ holder }),
      make.grant(0, { amount: cash, lotId: cardNo(first), holder, expiresAtMs, businessAtMs }),
      make.writeOff(0, sale),
      make.walletWriteOff(0, { ...sale, tender: { kind: "WALLET", holder } }),
      make.changeProgram({
        refundWindowDays: more.whole,
        spendMax: cash,
        effectiveFromMs: expiresAtMs,
      }),
      make.load(0, { amount: cash }),
      make.adjust(0, { amount: cash, direction: more.partial ? "CREDIT" : "DEBIT" }),
      make.suspend(),
      make.resume(),
      make.cancel(),
      make.replace({ expiresAtMs }),
      make.unbind({ holder: more.partial ? null : holder }),
      make.transfer({ holder, to: holder === mia ? tom : mia }),
      make.refund(0, { amount: cash, writeOffId: opNo(first), acceptor, businessAtMs }),
    ];
    // Sales, refunds and bindings ask most of the situation, so they are tried more often.
    const often = commands.filter(({ type }) =>
      /^(WriteOff|Refund|BindCard|UnbindCard|TransferCard|AdjustCard)$/.test(type),
    );
    const binding = commands.filter(({ type }) => /^(Unbind|Transfer)Card$/.test(type));
    return fc
      .constantFrom(...commands, ...often, ...often, ...often, ...binding, ...binding, ...binding)
      .map((command) => ({ ...command, nowMs }));
  });

describe("any command in any situation", () => {
  it("is decided without throwing, and what is accepted is admitted, evolves and keeps the laws", () => {
    fc.assert(
      fc.property(anySituation, anyCommand, (before, command) => {
        const decision = decide(before, command);
        if (decision.kind === "REFUSED") return;
        expect(admit(before, decision.event)).toBeNull();
        for (const card of evolve(before, decision.event).cards) {
          const old = before.cards.get(card.cardId);
          expect(card.version).toBe((old?.version ?? 0) + 1);
          expect(lawGauge(sumsDelta(old, card))).toBe(0n);
          expect(card.held >= 0n && card.held <= card.balance && card.balance <= amountMax).toBe(
            true,
          );
        }
      }),
      { numRuns: 5000 },
    );
  });

  it("is accepted often enough, of each kind, for that to mean something", () => {
    const pairs = fc.sample(fc.tuple(anySituation, anyCommand), { numRuns: 9000, seed: 11 });
    const accepted = new Map<string, number>();
    for (const [before, command] of pairs)
      if (decide(before, command).kind === "ACCEPTED")
        accepted.set(command.type, (accepted.get(command.type) ?? 0) + 1);
    expect(accepted.size).toBe(19);
    for (const [type, times] of accepted) expect([type, times >= 3]).toEqual([type, true]);
  });
});
