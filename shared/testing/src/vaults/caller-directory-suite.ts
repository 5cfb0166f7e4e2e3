import { createHash } from "node:crypto";
import type { Caller, CallerDirectory } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import type { Place } from "./place.ts";
import { failing, failOnce } from "../faults/failing.ts";
import { reopening } from "./reopening.ts";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
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

/** What every caller directory promises. */
export function callerDirectorySuite(
  name: string,
  newPlace: () => Promise<Place<CallerDirectory>>,
): void {
  describe(`caller directory: ${name}`, () => {
    const directory = reopening(newPlace);

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
  });
}
