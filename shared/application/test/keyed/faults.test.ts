import { amount } from "@scrip/domain";
import { failing, failOnce, type Fault } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import { Turns, bindCard, grantPoints, writeOff, type KeyedResult } from "../../src/index.ts";
import { activeCard, createdProgram, keyOf, points, issuer } from "../support/making.ts";
import {
  askedSale,
  bind,
  code,
  giveBack,
  grant,
  lots,
  notAtHand,
  saleOf,
  sell,
  store1,
  told,
} from "../support/selling.ts";
import { World } from "../support/world.ts";

/** The world's ports, their store failing once. */
const faulty = (world: World, method: string, fault: Fault) => ({
  ...world.ports,
  store: failing(world.store, failOnce(method, fault)),
});

type Act = (ports: World["ports"]) => Promise<KeyedResult>;

async function given(): Promise<{ world: World; acts: Record<string, Act> }> {
  const world = new World();
  await createdProgram(world, "POINTS");
  const card = await activeCard(world, 100);
  await grant(world, "anna", 50);
  return {
    world,
    acts: {
      sale: (ports) => writeOff(ports, new Turns(), askedSale(world, code(card), 5, { key: "k" })),
      lots: (ports) =>
        writeOff(ports, new Turns(), askedSale(world, lots("anna"), 5, { key: "k" })),
      decline: (ports) =>
        writeOff(ports, new Turns(), askedSale(world, code(card), 500, { key: "k" })),
      grant: (ports) =>
        grantPoints(ports, {
          opId: keyOf(world, "k"),
          caller: issuer,
          programId: points,
          holder: "anna",
          amount: amount(5),
          expiresAtMs: null,
          acceptor: store1,
          reference: null,
          businessAtMs: null,
        }),
      binding: (ports) =>
        bindCard(ports, new Turns(), {
          opId: keyOf(world, "k"),
          caller: store1,
          cardId: card,
          holder: "anna",
          maySee: () => true,
        }),
    },
  };
}

describe.each(["sale", "lots", "decline", "grant", "binding"])("a %s whose store fails", (name) => {
  it.each(["save", "pointer", "card", "cards"] as const)(
    "at %s did nothing; the same key does it",
    async (method) => {
      const { world, acts } = await given();
      const { [name]: act = never } = acts;
      const before = (await world.cardEvents()).length;
      const ports = faulty(world, method, "BEFORE");
      const first = await act(ports).catch((error: unknown) => error);
      // Not every act reads cards one by one or together: what was not called did not fail.
      if (first instanceof Error) {
        expect(first).toMatchObject({ code: "UNAVAILABLE" });
        expect((await world.cardEvents()).length).toBe(before);
      }
      const retried = await act(ports);
      expect((await world.cardEvents()).length - before).toBe(name === "decline" ? 0 : 1);
      expect(await act(world.ports)).toEqual({ ...retried, replayed: true, ...notAtHand });
    },
  );

  it("after it saved, has had its one effect: the same key finds it", async () => {
    const { world, acts } = await given();
    const { [name]: act = never } = acts;
    const before = (await world.cardEvents()).length;
    const ports = faulty(world, "save", "AFTER");
    await expect(act(ports)).rejects.toMatchObject({ code: "UNAVAILABLE", outcomeKnown: false });
    const retried = await act(ports);
    expect(retried).toMatchObject({ kind: "OUTCOME", replayed: true });
    expect((await world.cardEvents()).length - before).toBe(name === "decline" ? 0 : 1);
  });
});

function never(): never {
  throw new Error("no such act");
}

it("a refund that failed after it was saved gives back once", async () => {
  const world = new World();
  const card = await activeCard(world, 100);
  const sale = saleOf(await sell(world, code(card), 60));
  const ports = faulty(world, "save", "AFTER");
  const lost = giveBack({ ports }, sale, 20, { key: "refund" });
  await expect(lost).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await giveBack(world, sale, 20, { key: "refund" })).toMatchObject({ replayed: true });
  expect((await world.store.card(card))?.card.balance).toBe(60n);
});

it("a wallet index that fails leaves the card unbound, and after doing it too much at most", async () => {
  for (const fault of ["BEFORE", "AFTER"] as const) {
    const { world, acts } = await given();
    const { binding = never } = acts;
    const ports = faulty(world, "addWalletCandidate", fault);
    await expect(binding(ports)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(told(await binding(ports))).toMatchObject({ operation: { status: "COMPLETED" } });
    expect(await bind(world, await activeCard(world, 7), "anna")).toMatchObject({
      replayed: false,
    });
  }
});
