import { describe, expect, it } from "vitest";
import {
  amount,
  opId,
  type Card,
  type OpenEpoch,
  type ReconcileCard,
  type StreamHead,
} from "../src/index.ts";
import { acme, cardNo, giftCard, gold, opNo, shop, t0 } from "./stage/fixtures.ts";
import { first, given } from "./stage/given.ts";

const common = { nowMs: t0 + 1000, actor: acme, opId: opId("0e".repeat(32)) };

describe("an operator reconciles a card", () => {
  const known = giftCard(1, { version: 4 });
  const reconcile = (card: Card, more: Partial<ReconcileCard> = {}) =>
    given({ program: gold, cards: [known] }).when({
      type: "ReconcileCard",
      ...common,
      card,
      operations: [],
      ...more,
    });
  const spent = {
    ...known,
    version: 9,
    balance: amount(70),
    sums: { ...known.sums, writtenOff: amount(30) },
  };

  it("to any lawful state at a later version", () => {
    const { event, after } = reconcile(spent).accepted();
    expect(event).toMatchObject({ type: "CardReconciled", programVersion: 1 });
    expect(after.cards).toEqual([{ ...spent, lastAtMs: t0 + 1000 }]);
  });

  it("with the operations that drew from it", () => {
    const legs = [{ cardId: known.cardId, amount: amount(30), refunded: amount(5) }];
    const kept = { opId: opNo(1), programId: gold.programId, unit: gold.unit, acceptor: shop };
    const operation = { ...kept, refundableUntilMs: t0, legs, version: 7 };
    expect(reconcile(spent, { operations: [operation] }).accepted().after.operations).toEqual([
      operation,
    ]);
    const others = { ...operation, legs: [{ ...first(legs), cardId: cardNo(2) }] };
    expect(reconcile(spent, { operations: [others] }).refused()).toEqual({
      code: "RECONCILIATION_WRONG",
    });
  });

  it("never back in versions", () => {
    expect(reconcile({ ...spent, version: 4 }).refused()).toEqual({ code: "VERSION_GAP" });
  });

  const successor = cardNo(2);
  const ended = { balance: amount(0), sums: { ...known.sums, cancelled: known.balance } };
  const lawful: [string, Partial<Card>][] = [
    ["suspended and worth something", { standing: { status: "SUSPENDED", reason: "LOST" } }],
    ["expired and worth what it was refunded", { standing: { status: "EXPIRED" } }],
    ["spent", { standing: { status: "REDEEMED" }, ...ended }],
    ["cancelled and empty", { standing: { status: "CANCELLED", reason: "LOST" }, ...ended }],
    ["replaced and empty", { standing: { status: "REPLACED", successor }, ...ended }],
    ["not given out, and empty", { standing: { status: "GENERATED" }, ...ended }],
  ];
  for (const [name, change] of lawful)
    it(`to a card ${name}`, () => {
      const set = { ...known, version: 9, ...change };
      const { after } = reconcile(set).accepted();
      expect(after.cards).toEqual([{ ...set, lastAtMs: t0 + 1000 }]);
    });

  const unlawful: [string, Partial<Card>][] = [
    ["whose sums do not add up", { balance: amount(71) }],
    ["with more held than there is", { held: amount(71) }],
    [
      "that waits to be reconciled again",
      { standing: { status: "SUSPENDED", reason: "LEDGER_REJECTED" } },
    ],
    ["that is spent and worth something", { standing: { status: "REDEEMED" } }],
    [
      "in use and worth nothing",
      { balance: amount(0), sums: { ...known.sums, writtenOff: amount(100) } },
    ],
    ["that is worth something before it was given out", { standing: { status: "GENERATED" } }],
    ["that is worth something with its distributor", { standing: { status: "ALLOCATED" } }],
    [
      "that is cancelled and worth something",
      { standing: { status: "CANCELLED", reason: "LOST" } },
    ],
    ["that is replaced and worth something", { standing: { status: "REPLACED", successor } }],
    ["of another face value", { faceValue: amount(1) }],
    ["of another batch", { batchId: null }],
    ["of another issuer", { issuer: shop }],
  ];
  for (const [name, change] of unlawful)
    it(`not to a card ${name}`, () => {
      expect(reconcile({ ...spent, ...change }).refused()).toEqual({
        code: "RECONCILIATION_WRONG",
      });
    });

  it("only a card that there is", () => {
    expect(reconcile({ ...spent, cardId: cardNo(2) }).refused()).toEqual({
      code: "CARD_NOT_FOUND",
    });
  });
});

describe("an operator opens an epoch", () => {
  const stream: StreamHead = { shard: 3, epoch: 1, nextSeq: 40, chain: "ab".repeat(32) };
  const open = (change: Partial<OpenEpoch> = {}, head: StreamHead | null = stream) =>
    given({ stream: head }).when({
      type: "OpenEpoch",
      ...common,
      shard: 3,
      epoch: 2,
      fromSeq: 40,
      chain: stream.chain,
      ...change,
    });

  it("that follows, where the stream stands", () => {
    expect(open().accepted().after.stream).toEqual({ ...stream, epoch: 2 });
  });

  for (const change of [
    { epoch: 1 },
    { epoch: 3 },
    { fromSeq: 39 },
    { fromSeq: 41 },
    { chain: "cd".repeat(32) },
    { shard: 4 },
  ])
    it(`but not ${JSON.stringify(change)}`, () => {
      expect(open(change).refused()).toEqual({ code: "EPOCH_WRONG" });
    });

  it("of no stream at all", () => {
    expect(open({}, null).refused()).toEqual({ code: "EPOCH_WRONG" });
  });
});
