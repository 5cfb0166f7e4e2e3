import { defaultLimits } from "@scrip/domain";
import { amount, participantId, programId, unit } from "@scrip/domain";
import { failing, failOnce } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import {
  batchIdOf,
  createBatch,
  createProgram,
  knownParticipant,
  registerParticipant,
  type FirstUse,
} from "../../src/index.ts";
import {
  createdBatch,
  createdProgram,
  gold,
  issuer,
  keyOf,
  registered,
} from "../support/making.ts";
import { told } from "../support/selling.ts";
import { World } from "../support/world.ts";

const firstUse: FirstUse = { registers: true, operator: participantId("operator") };
const goldTerms = {
  programId: gold,
  kind: "GIFT_CARD",
  unit: unit("CNY"),
  issuer,
  refundWindowDays: 1,
  showBalance: true,
  ...defaultLimits,
  spendByCodeWhenBound: true,
} as const;
const strict: FirstUse = { ...firstUse, registers: false };

describe("participants on first use", () => {
  it("are registered once, however many name them at once", async () => {
    const world = new World();
    const shop = participantId("store-9");
    const lookups = await Promise.all(
      Array.from({ length: 64 }, () => knownParticipant(world.ports, firstUse, shop)),
    );
    for (const lookup of lookups) expect(lookup).toMatchObject({ kind: "COMMITTED" });
    expect(await world.events(4)).toHaveLength(1);
  });

  it("may be the operator itself, and whom an operator registers at the same time", async () => {
    const world = new World();
    const shop = participantId("store-9");
    const results = await Promise.all([
      knownParticipant(world.ports, firstUse, firstUse.operator),
      knownParticipant(world.ports, firstUse, shop),
      registered(world, shop),
      knownParticipant(world.ports, firstUse, shop),
    ]);
    expect([results[0].kind, results[1].kind, results[3].kind]).toEqual(Array(3).fill("COMMITTED"));
    expect(await world.events(4)).toHaveLength(2);
  });

  it("are unknown where only an operator registers", async () => {
    const world = new World();
    const shop = participantId("store-9");
    expect(await knownParticipant(world.ports, strict, shop)).toEqual({ kind: "NOT_FOUND" });
    await registered(world, shop);
    expect(await knownParticipant(world.ports, strict, shop)).toMatchObject({ kind: "COMMITTED" });
  });

  it("are not there yet while the ledger has not taken them", async () => {
    const world = new World();
    world.commits = false;
    const shop = participantId("store-9");
    expect(await knownParticipant(world.ports, firstUse, shop)).toEqual({
      kind: "NOT_COMMITTED_YET",
    });
    await world.commit();
    expect(await knownParticipant(world.ports, firstUse, shop)).toMatchObject({
      kind: "COMMITTED",
    });
  });
});

describe("names", () => {
  it("are taken once: another key is declined, for good", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    const again = (key: string) =>
      createProgram(world.ports, { ...goldTerms, opId: keyOf(world, key), actor: issuer });
    const first = await again("a");
    expect(told(first)).toEqual({ code: "PROGRAM_ALREADY_EXISTS" });
    expect(await again("a")).toEqual({ ...first, replayed: true });
    const racing = await Promise.all(["b", "c"].map((key) => again(key)));
    for (const result of racing) expect(told(result)).toEqual(told(first));
    expect(await world.events(4)).toHaveLength(1);
  });

  it("are taken once also before the ledger knows of it", async () => {
    const world = new World();
    world.commits = false;
    await registered(world, "store-9");
    const again = () =>
      registerParticipant(world.ports, {
        opId: keyOf(world, "another key"),
        actor: issuer,
        participantId: participantId("store-9"),
      });
    const first = await again();
    expect(told(first)).toEqual({ code: "PARTICIPANT_ALREADY_EXISTS" });
    await world.commit();
    expect(await again()).toEqual({ ...first, replayed: true });
  });
});

describe("a batch", () => {
  it("has its seed before it is saved, and one seed however often it is tried", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    const id = batchIdOf(keyOf(world, "batch"));
    const asked = {
      opId: keyOf(world, "batch"),
      actor: issuer,
      programId: gold,
      count: 3,
      faceValue: amount(5),
      expiresAtMs: null,
    };
    for (const fault of ["BEFORE", "AFTER"] as const) {
      const store = failing(world.store, failOnce("save", fault));
      const lost = createBatch({ ...world.ports, store }, world.seeds, asked);
      await expect(lost).rejects.toMatchObject({ code: "UNAVAILABLE" });
    }
    const seed = await world.seeds.seed(id);
    expect(seed).toBeInstanceOf(Uint8Array);
    expect(told(await createBatch(world.ports, world.seeds, asked))).toMatchObject({
      batch: { count: 3 },
    });
    expect(await world.seeds.seed(id)).toEqual(seed);
    expect(world.registry.batch(id)).toMatchObject({ count: 3, issuer });
  });

  it("that is refused leaves no seed behind", async () => {
    const world = new World();
    await createdProgram(world, "GIFT_CARD");
    const expired = await createdBatch(world, { count: 1, expiresAtMs: 1 });
    expect(told(expired)).toEqual({ code: "CARD_EXPIRED" });
    expect(await world.seeds.seed(batchIdOf(keyOf(world, "batch")))).toBeUndefined();
    const points = await createdBatch(world, { count: 1, key: "none", faceValue: 0 });
    expect(told(points)).toEqual({ code: "AMOUNT_INVALID" });
  });

  it("of a program nobody made is declined", async () => {
    const world = new World();
    const result = await createBatch(world.ports, world.seeds, {
      opId: keyOf(world, "batch"),
      actor: issuer,
      programId: programId("none"),
      count: 1,
      faceValue: amount(1),
      expiresAtMs: null,
    });
    expect(told(result)).toEqual({ code: "PROGRAM_NOT_FOUND" });
  });
});
