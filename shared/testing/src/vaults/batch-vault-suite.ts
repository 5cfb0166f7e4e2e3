import { type BatchId, batchId } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "./place.ts";
import { failing, failOnce } from "../faults/failing.ts";
import { SeededIdentity } from "../world/seeded-identity.ts";
import { reopening } from "./reopening.ts";

const seedBytes = 32;
const [one, two, three] = ["01", "02", "03"].map((pair) => batchId(pair.repeat(16))) as [
  BatchId,
  BatchId,
  BatchId,
];
const refused = { code: "CONTRACT_BROKEN" };

/** What every batch vault promises. */
export function batchVaultSuite(name: string, newPlace: () => Promise<Place<BatchVault>>): void {
  describe(`batch vault: ${name}`, () => {
    const vault = reopening(newPlace);
    const identity = new SeededIdentity("batch vault suite");
    const newSeed = (): Uint8Array => identity.randomBytes(seedBytes);

    it("has no seed at first, and nothing to wipe", async () => {
      expect(await vault.now.seed(one)).toBeUndefined();
      await vault.now.wipe(one);
      expect(await vault.now.seed(one)).toBeUndefined();
      const seed = newSeed();
      expect(await vault.now.keep(one, seed)).toEqual(seed);
    });

    it("keeps the first seed, also over a reopening", async () => {
      const seed = newSeed();
      expect(await vault.now.keep(one, seed)).toEqual(seed);
      expect(await vault.now.keep(one, newSeed())).toEqual(seed);
      await vault.again();
      expect(await vault.now.seed(one)).toEqual(seed);
      expect(await vault.now.keep(one, newSeed())).toEqual(seed);
      expect(await vault.now.seed(two)).toBeUndefined();
    });

    it("is not changed by what its callers do with the bytes", async () => {
      const [seed, given] = [newSeed(), new Uint8Array(seedBytes)];
      given.set(seed);
      const kept = await vault.now.keep(one, given);
      given.fill(0);
      kept.fill(0);
      expect(await vault.now.seed(one)).toEqual(seed);
    });

    it("gives everybody who keeps at once the same seed", async () => {
      const asked = Array.from({ length: 16 }, () => vault.now.keep(one, newSeed()));
      const [first, ...others] = await Promise.all(asked);
      expect(others).toEqual(others.map(() => first));
      await vault.again();
      expect(await vault.now.seed(one)).toEqual(first);
    });

    it("wipes for good, this batch and no other", async () => {
      const [, seed] = [await vault.now.keep(one, newSeed()), await vault.now.keep(two, newSeed())];
      await vault.now.wipe(one);
      expect(await vault.now.seed(one)).toBe("WIPED");
      await vault.now.wipe(one);
      await vault.again();
      expect(await vault.now.seed(one)).toBe("WIPED");
      await expect(vault.now.keep(one, newSeed())).rejects.toMatchObject(refused);
      expect(await vault.now.seed(one)).toBe("WIPED");
      expect(await vault.now.seed(two)).toEqual(seed);
    });

    it("gives either the seed or WIPED while it is being wiped, and nothing else", async () => {
      const seed = await vault.now.keep(one, newSeed());
      const wiped = Promise.all([1, 2, 3].map(() => vault.now.wipe(one)));
      const seen: unknown[] = [];
      for (let turn = 0; turn < 100; turn += 1) {
        seen.push(await vault.now.seed(one));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await wiped;
      seen.push(await vault.now.seed(one));
      const first = seen.indexOf("WIPED");
      expect(seen).toEqual(seen.map((_, at) => (at < first ? seed : "WIPED")));
      expect(seen.at(-1)).toBe("WIPED");
    });

    it.each([0, 31, 33])("refuses a seed of %i bytes", async (count) => {
      const seed = new Uint8Array(count);
      await expect(vault.now.keep(one, seed)).rejects.toMatchObject(refused);
      expect(await vault.now.seed(one)).toBeUndefined();
    });

    it.each(["BEFORE", "AFTER"] as const)(
      "has one seed when the first keeping fails %s doing it",
      async (fault) => {
        const [lost, retried] = [newSeed(), newSeed()];
        const flaky = failing(vault.now, failOnce("keep", fault));
        await expect(flaky.keep(one, lost)).rejects.toMatchObject({ retryable: true });
        await vault.again();
        const kept = await vault.now.keep(one, retried);
        expect(kept).toEqual(fault === "BEFORE" ? retried : lost);
        expect(await vault.now.seed(one)).toEqual(kept);
      },
    );

    it.each(["BEFORE", "AFTER"] as const)(
      "is wiped when the first wiping fails %s doing it",
      async (fault) => {
        await vault.now.keep(one, newSeed());
        const flaky = failing(vault.now, failOnce("wipe", fault));
        await expect(flaky.wipe(one)).rejects.toMatchObject({ retryable: true });
        await vault.again();
        await vault.now.wipe(one);
        expect(await vault.now.seed(one)).toBe("WIPED");
      },
    );

    it("behaves like a list of seeds, whatever the order of calls", async () => {
      const act = fc.tuple(
        fc.constantFrom("keep", "keep", "wipe", "seed", "reopen"),
        fc.constantFrom(one, two, three),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 12 }), fc.uuid(), async (acts, salt) => {
          // Batches of one run are strangers to those of the others.
          const own = (batch: BatchId): BatchId =>
            batchId(batch.slice(0, 2) + salt.replaceAll("-", "").slice(2));
          const kept = new Map<BatchId, Uint8Array | "WIPED">();
          for (const [what, batch] of acts) {
            const id = own(batch);
            const before = kept.get(id);
            if (what === "reopen") await vault.again();
            if (what === "wipe") {
              await vault.now.wipe(id);
              if (before !== undefined) kept.set(id, "WIPED");
            }
            if (what === "keep" && before === "WIPED") {
              await expect(vault.now.keep(id, newSeed())).rejects.toMatchObject(refused);
            } else if (what === "keep") {
              const seed = newSeed();
              kept.set(id, before ?? seed);
              expect(await vault.now.keep(id, seed)).toEqual(kept.get(id));
            }
            expect(await vault.now.seed(id)).toEqual(kept.get(id));
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
