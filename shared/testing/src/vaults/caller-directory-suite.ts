import { createHash } from "node:crypto";
import type { ApiKey, Caller, CallerDirectory, KeyMade, KeyOrder } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import type { Place } from "./place.ts";
import { failing, failOnce } from "../faults/failing.ts";
import { type Reopening, reopening } from "./reopening.ts";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const idOf = (name: string): string => hashOf(`id of ${name}`).slice(0, 32);
const everything = { programs: "*", participants: "*", holdersAct: true } as const;
const issuer: Caller = {
  participantId: "gold-issuer",
  role: "ISSUER",
  scope: { programs: ["gold", "silver"], participants: "*", holdersAct: false },
};
const till: Caller = {
  participantId: "store-7",
  role: "ACCEPTOR",
  scope: { programs: "*", participants: ["store-7"], holdersAct: true },
};
const operator: Caller = { participantId: "operator", role: "OPERATOR", scope: everything };

/** An order of a key whose text is its name. */
const orderOf = (name: string, more: Partial<KeyOrder> = {}): KeyOrder => ({
  keyId: idOf(name),
  keyHash: hashOf(name),
  caller: till,
  madeAtMs: 1_000,
  bodyHash: hashOf("a till"),
  follows: null,
  ...more,
});

/** What every caller directory promises. */
export function callerDirectorySuite(
  name: string,
  newPlace: () => Promise<Place<CallerDirectory>>,
): void {
  describe(`caller directory: ${name}`, () => {
    const directory = reopening(newPlace);
    letIn(directory);
    made(directory);
    revoked(directory);
    listed(directory);
  });
}

function letIn(directory: Reopening<CallerDirectory>): void {
  it("knows nobody at first", async () => {
    expect(await directory.now.find(hashOf("a"))).toBeUndefined();
  });

  it("finds who was added, also over a reopening", async () => {
    await directory.now.add(hashOf("a"), issuer);
    await directory.now.add(hashOf("b"), till);
    expect(await directory.now.find(hashOf("a"))).toEqual(issuer);
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toEqual(issuer);
    expect(await directory.now.find(hashOf("b"))).toEqual(till);
    expect(await directory.now.find(hashOf("c"))).toBeUndefined();
  });

  it("knows one participant by several keys: a rotated key is the same caller", async () => {
    await directory.now.add(hashOf("old"), till);
    await directory.now.add(hashOf("new"), till);
    expect(await directory.now.find(hashOf("new"))).toEqual(
      await directory.now.find(hashOf("old")),
    );
  });

  it("never gives a key to someone else", async () => {
    await directory.now.add(hashOf("a"), issuer);
    await directory.now.add(hashOf("a"), till);
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toEqual(issuer);
  });

  it("keeps one caller when several are added at once", async () => {
    const callers = Array.from({ length: 8 }, (_, at) => ({ ...till, participantId: `t-${at}` }));
    await Promise.all(callers.map((caller) => directory.now.add(hashOf("a"), caller)));
    const kept = await directory.now.find(hashOf("a"));
    expect(callers).toContainEqual(kept);
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toEqual(kept);
  });

  it.each(["", "sk_secret", hashOf("a").toUpperCase(), `${hashOf("a")}00`])(
    "refuses %j, which is no hash and may be a key, without naming it",
    async (text) => {
      const refused = { code: "CONTRACT_BROKEN", message: expect.not.stringContaining("sk_") };
      await expect(directory.now.add(text, issuer)).rejects.toMatchObject(refused);
      await expect(directory.now.find(text)).rejects.toMatchObject(refused);
      const order = orderOf("a", { keyHash: text });
      await expect(directory.now.make(order)).rejects.toMatchObject(refused);
    },
  );

  it.each(["BEFORE", "AFTER"] as const)(
    "has one caller when the first adding fails %s doing it",
    async (fault) => {
      const flaky = failing(directory.now, failOnce("add", fault));
      await expect(flaky.add(hashOf("a"), issuer)).rejects.toMatchObject({ retryable: true });
      await directory.again();
      await directory.now.add(hashOf("a"), issuer);
      expect(await directory.now.find(hashOf("a"))).toEqual(issuer);
    },
  );
}

function made(directory: Reopening<CallerDirectory>): void {
  it("makes a key, which is found at once and over a reopening", async () => {
    const key = { keyId: idOf("a"), caller: till, madeAtMs: 1_000, revokedAtMs: null };
    expect(await directory.now.make(orderOf("a"))).toEqual({ kind: "MADE", key });
    expect(await directory.now.find(hashOf("a"))).toEqual(till);
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toEqual(till);
    expect(await directory.now.key(idOf("a"))).toEqual(key);
    expect(await directory.now.key(idOf("b"))).toBeUndefined();
    expect(await directory.now.key("key_1")).toBeUndefined();
  });

  it("carries an order out once; the same key id with another order is refused", async () => {
    await directory.now.make(orderOf("a"));
    const again = orderOf("a", { keyHash: hashOf("another secret"), madeAtMs: 2_000 });
    const before = { kind: "MADE_BEFORE", key: { keyId: idOf("a"), madeAtMs: 1_000 } };
    expect(await directory.now.make(again)).toMatchObject(before);
    expect(await directory.now.find(hashOf("another secret"))).toBeUndefined();
    const other = { ...again, bodyHash: hashOf("an issuer"), caller: issuer };
    expect(await directory.now.make(other)).toEqual({ kind: "OTHER_ORDER" });
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toEqual(till);
    expect(await directory.now.keys(null, 9)).toHaveLength(1);
  });

  it("refuses a hash that it has", async () => {
    await directory.now.add(hashOf("a"), till);
    const order = orderOf("b", { keyHash: hashOf("a") });
    await expect(directory.now.make(order)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    expect(await directory.now.keys(null, 9)).toHaveLength(1);
  });

  it("has two active keys of one caller, however its scope is written, and no third", async () => {
    const scope = { ...issuer.scope, programs: ["silver", "gold", "gold"] };
    const orders = ["a", "b", "c"].map((name) => orderOf(name, { caller: issuer }));
    const [first, second, third] = orders as [KeyOrder, KeyOrder, KeyOrder];
    await directory.now.make(first);
    await directory.now.make({ ...second, caller: { ...issuer, scope } });
    expect(await directory.now.make(third)).toEqual({ kind: "TOO_MANY_ACTIVE" });
    expect(await directory.now.find(hashOf("b"))).toEqual(issuer);
    expect(await directory.now.find(hashOf("c"))).toBeUndefined();
    const others = [
      { ...issuer, participantId: "other" },
      { ...issuer, role: "REGULATOR" as const },
      { ...issuer, scope: { ...issuer.scope, holdersAct: true } },
    ];
    for (const [at, caller] of others.entries()) {
      const order = orderOf(`other ${at}`, { caller });
      expect(await directory.now.make(order)).toMatchObject({ kind: "MADE" });
    }
    await directory.now.revoke(idOf("a"), 2_000);
    expect(await directory.now.make(third)).toMatchObject({ kind: "MADE" });
  });

  it("counts keys that its owner let in, and lets those in whatever there is", async () => {
    await directory.now.add(hashOf("first"), till);
    await directory.now.make(orderOf("a"));
    expect(await directory.now.make(orderOf("b"))).toEqual({ kind: "TOO_MANY_ACTIVE" });
    await directory.now.add(hashOf("third"), till);
    expect(await directory.now.find(hashOf("third"))).toEqual(till);
  });

  it("makes a key that follows an active one, and no other", async () => {
    await directory.now.make(orderOf("a"));
    const next = orderOf("b", { follows: idOf("a"), bodyHash: hashOf("rotate a") });
    const unknown = { ...next, follows: idOf("nobody") };
    expect(await directory.now.make(unknown)).toEqual({ kind: "FOLLOWS_UNKNOWN" });
    expect(await directory.now.make(next)).toMatchObject({ kind: "MADE" });
    await directory.now.revoke(idOf("a"), 2_000);
    const late = orderOf("c", { follows: idOf("a") });
    expect(await directory.now.make(late)).toEqual({ kind: "FOLLOWS_REVOKED" });
    expect(await directory.now.make(next)).toMatchObject({ kind: "MADE_BEFORE" });
    expect(await directory.now.find(hashOf("b"))).toEqual(till);
  });

  it("gives one of two seats left to one of many orders at once", async () => {
    await directory.now.make(orderOf("first"));
    const orders = Array.from({ length: 8 }, (_, at) => orderOf(`racer ${at}`));
    const results = await Promise.all(orders.map((order) => directory.now.make(order)));
    const kinds = results.map(({ kind }: KeyMade) => kind);
    expect(kinds.filter((kind) => kind === "MADE")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "TOO_MANY_ACTIVE")).toHaveLength(7);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "has the key once when making it fails %s doing it",
    async (fault) => {
      const flaky = failing(directory.now, failOnce("make", fault));
      const lost = { retryable: true, outcomeKnown: false };
      await expect(flaky.make(orderOf("a"))).rejects.toMatchObject(lost);
      await directory.again();
      const there = (await directory.now.find(hashOf("a"))) !== undefined;
      expect(there).toBe(fault === "AFTER");
      const again = await directory.now.make(orderOf("a", { keyHash: hashOf("new secret") }));
      expect(again.kind).toBe(there ? "MADE_BEFORE" : "MADE");
      expect(await directory.now.keys(null, 9)).toHaveLength(1);
      const works = await Promise.all(
        ["a", "new secret"].map((key) => directory.now.find(hashOf(key))),
      );
      expect(works).toEqual(there ? [till, undefined] : [undefined, till]);
    },
  );
}

function revoked(directory: Reopening<CallerDirectory>): void {
  it("finds a revoked key no more: at once, however often it was found, and over a reopening", async () => {
    await directory.now.make(orderOf("a"));
    await directory.now.make(orderOf("b"));
    for (let times = 0; times < 3; times += 1) {
      expect(await directory.now.find(hashOf("a"))).toEqual(till);
    }
    const gone = await directory.now.revoke(idOf("a"), 2_000);
    expect(gone).toMatchObject({ kind: "REVOKED", key: { caller: till, revokedAtMs: 2_000 } });
    expect(await directory.now.find(hashOf("a"))).toBeUndefined();
    expect(await directory.now.find(hashOf("b"))).toEqual(till);
    await directory.again();
    expect(await directory.now.find(hashOf("a"))).toBeUndefined();
    expect(await directory.now.find(hashOf("b"))).toEqual(till);
  });

  it("revokes once: the first time stays, and nothing brings the key back", async () => {
    await directory.now.add(hashOf("a"), till);
    const [{ keyId }] = (await directory.now.keys(null, 1)) as [ApiKey];
    await directory.now.revoke(keyId, 2_000);
    const again = await directory.now.revoke(keyId, 3_000);
    expect(again).toMatchObject({ kind: "REVOKED", key: { revokedAtMs: 2_000 } });
    await directory.now.add(hashOf("a"), till);
    expect(await directory.now.find(hashOf("a"))).toBeUndefined();
    expect(await directory.now.revoke(idOf("nobody"), 1)).toEqual({ kind: "UNKNOWN" });
    expect(await directory.now.revoke("key_1", 1)).toEqual({ kind: "UNKNOWN" });
  });

  it("keeps the last operator, and the last whose scope is everything", async () => {
    const narrow = { ...operator, scope: { ...everything, programs: ["gold"] } };
    await directory.now.make(orderOf("narrow", { caller: narrow }));
    expect(await directory.now.revoke(idOf("narrow"), 1)).toEqual({ kind: "LAST_OPERATOR" });
    await directory.now.make(orderOf("a", { caller: operator }));
    expect(await directory.now.revoke(idOf("a"), 1)).toEqual({ kind: "LAST_OPERATOR" });
    expect(await directory.now.find(hashOf("a"))).toEqual(operator);
    await directory.now.make(orderOf("b", { caller: operator, follows: idOf("a") }));
    expect(await directory.now.revoke(idOf("a"), 1)).toMatchObject({ kind: "REVOKED" });
    expect(await directory.now.revoke(idOf("b"), 1)).toEqual({ kind: "LAST_OPERATOR" });
    expect(await directory.now.revoke(idOf("narrow"), 1)).toMatchObject({ kind: "REVOKED" });
  });

  it("keeps one of two operators who revoke each other at once", async () => {
    await directory.now.make(orderOf("a", { caller: operator }));
    await directory.now.make(orderOf("b", { caller: operator }));
    const both = await Promise.all(
      ["a", "b"].map((name) => directory.now.revoke(idOf(name), 2_000)),
    );
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(["LAST_OPERATOR", "REVOKED"]);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "has the key or has it not when revoking fails %s doing it",
    async (fault) => {
      await directory.now.make(orderOf("a"));
      await directory.now.find(hashOf("a"));
      const flaky = failing(directory.now, failOnce("revoke", fault));
      await expect(flaky.revoke(idOf("a"), 2_000)).rejects.toMatchObject({ outcomeKnown: false });
      const found = await directory.now.find(hashOf("a"));
      expect(found).toEqual(fault === "BEFORE" ? till : undefined);
      await directory.again();
      expect(await directory.now.find(hashOf("a"))).toEqual(found);
      await directory.now.revoke(idOf("a"), 3_000);
      expect(await directory.now.find(hashOf("a"))).toBeUndefined();
    },
  );
}

function listed(directory: Reopening<CallerDirectory>): void {
  it("lists keys in the order in which they came, page by page, without their hashes", async () => {
    const names = Array.from({ length: 7 }, (_, at) => `key ${at}`);
    for (const [at, name] of names.entries()) {
      const caller = { ...till, participantId: `store-${at}` };
      await directory.now.make(orderOf(name, { caller, madeAtMs: at }));
    }
    await directory.now.revoke(idOf("key 2"), 99);
    await directory.again();
    const all = await directory.now.keys(null, 100);
    expect(all.map(({ keyId }) => keyId)).toEqual(names.map(idOf));
    expect(all.map(({ revokedAtMs }) => revokedAtMs)).toEqual(
      names.map((_, at) => (at === 2 ? 99 : null)),
    );
    expect(JSON.stringify(all)).not.toContain(hashOf("key 0"));
    const first = await directory.now.keys(null, 3);
    await directory.now.make(orderOf("late"));
    const second = await directory.now.keys(idOf("key 2"), 3);
    const third = await directory.now.keys(idOf("key 5"), 9);
    expect([...first, ...second, ...third.slice(0, 1)]).toEqual(all);
    expect(third.map(({ keyId }) => keyId)).toEqual([idOf("key 6"), idOf("late")]);
    expect(await directory.now.keys(idOf("late"), 3)).toEqual([]);
    const broken = { code: "CONTRACT_BROKEN" };
    await expect(directory.now.keys(idOf("nobody"), 3)).rejects.toMatchObject(broken);
  });
}
