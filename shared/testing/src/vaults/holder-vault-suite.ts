import type { HolderIdentity, HolderVault } from "@scrip/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Place } from "./place.ts";
import { failing, failOnce } from "../faults/failing.ts";
import { SeededIdentity } from "../world/seeded-identity.ts";
import { reopening } from "./reopening.ts";

/** References that only careless storage would confuse or refuse. */
const awkward = ["é", "e\u0301", "İ", "i", " a", "a ", "钢镚", "𝕊".repeat(128), "\ud800", "\ufffd"];

/** What every holder vault promises. */
export function holderVaultSuite(name: string, newPlace: () => Promise<Place<HolderVault>>): void {
  describe(`holder vault: ${name}`, () => {
    const vault = reopening(newPlace);
    const propose = proposals("holder vault suite");

    it("knows nobody at first", async () => {
      expect(await vault.now.find("ann")).toBeUndefined();
    });

    it("keeps the first proposal, also over a reopening", async () => {
      const first = propose();
      expect(await vault.now.identify("ann", first)).toEqual(first);
      expect(await vault.now.identify("ann", propose())).toEqual(first);
      await vault.again();
      expect(await vault.now.find("ann")).toEqual(first);
      expect(await vault.now.identify("ann", propose())).toEqual(first);
    });

    it("gives everybody who asks at once the same identity", async () => {
      const asked = Array.from({ length: 32 }, () => vault.now.identify("ann", propose()));
      const [first, ...others] = await Promise.all(asked);
      expect(others).toEqual(others.map(() => first));
      expect(await vault.now.find("ann")).toEqual(first);
    });

    it("takes references apart unit by unit", async () => {
      const kept: HolderIdentity[] = [];
      for (const holder of awkward) kept.push(await vault.now.identify(holder, propose()));
      await vault.again();
      const found: (HolderIdentity | undefined)[] = [];
      for (const holder of awkward) found.push(await vault.now.find(holder));
      expect(found).toEqual(kept);
      expect(new Set(kept.map(({ walletId }) => walletId)).size).toBe(awkward.length);
    });

    it("tells everybody's identity, and nobody's who was forgotten", async () => {
      const kept = [];
      for (const holder of awkward) kept.push(await vault.now.identify(holder, propose()));
      await vault.now.identify("ann", propose());
      await vault.now.forget("ann");
      await vault.again();
      const byWallet = (a: HolderIdentity, b: HolderIdentity) => (a.walletId < b.walletId ? -1 : 1);
      const told: HolderIdentity[] = [];
      for await (const identity of vault.now.identities()) told.push(identity);
      expect(told.toSorted(byWallet)).toEqual(kept.toSorted(byWallet));
    });

    it("forgets, and then knows a holder as someone new", async () => {
      const first = await vault.now.identify("ann", propose());
      const other = await vault.now.identify("bob", propose());
      await vault.now.forget("ann");
      await vault.now.forget("ann");
      await vault.again();
      expect(await vault.now.find("ann")).toBeUndefined();
      expect(await vault.now.identify("ann", propose())).not.toEqual(first);
      expect(await vault.now.find("bob")).toEqual(other);
    });

    it.each(["", "x".repeat(10_000)])(
      "refuses a reference that no route lets in",
      async (holder) => {
        const refused = { code: "CONTRACT_BROKEN", message: expect.not.stringContaining("xxx") };
        await expect(vault.now.identify(holder, propose())).rejects.toMatchObject(refused);
        await expect(vault.now.find(holder)).rejects.toMatchObject(refused);
      },
    );

    it.each<[string, Partial<HolderIdentity>]>([
      ["a short wallet id", { walletId: "ab".repeat(19) }],
      ["a long salt", { salt: "ab".repeat(33) }],
      ["upper case", { walletId: "AB".repeat(20) }],
      ["no hex", { salt: "zz".repeat(32) }],
    ])("refuses an identity with %s", async (_, fault) => {
      const identity = { ...propose(), ...fault };
      await expect(vault.now.identify("ann", identity)).rejects.toMatchObject({
        code: "CONTRACT_BROKEN",
      });
      expect(await vault.now.find("ann")).toBeUndefined();
    });

    it.each(["BEFORE", "AFTER"] as const)(
      "gives one identity when the first call fails %s doing it",
      async (fault) => {
        const [lost, retried] = [propose(), propose()];
        const flaky = failing(vault.now, failOnce("identify", fault));
        await expect(flaky.identify("ann", lost)).rejects.toMatchObject({ retryable: true });
        await vault.again();
        const kept = await vault.now.identify("ann", retried);
        expect(kept).toEqual(fault === "BEFORE" ? retried : lost);
        expect(await vault.now.find("ann")).toEqual(kept);
      },
    );

    it.each(["BEFORE", "AFTER"] as const)(
      "forgets once when the first call fails %s doing it",
      async (fault) => {
        await vault.now.identify("ann", propose());
        const flaky = failing(vault.now, failOnce("forget", fault));
        await expect(flaky.forget("ann")).rejects.toMatchObject({ retryable: true });
        await vault.now.forget("ann");
        expect(await vault.now.find("ann")).toBeUndefined();
      },
    );

    it("behaves like a list of names, whatever the order of calls", async () => {
      const act = fc.tuple(
        fc.constantFrom("identify", "forget", "find", "reopen"),
        fc.constantFrom("ann", "bob", "cid"),
      );
      const known = new Map<string, HolderIdentity>();
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
          for (const [what, holder] of acts) {
            if (what === "reopen") await vault.again();
            if (what === "forget") {
              await vault.now.forget(holder);
              known.delete(holder);
            }
            if (what === "identify") {
              const proposed = propose();
              known.set(holder, known.get(holder) ?? proposed);
              expect(await vault.now.identify(holder, proposed)).toEqual(known.get(holder));
            }
            expect(await vault.now.find(holder)).toEqual(known.get(holder));
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

function proposals(seed: string): () => HolderIdentity {
  const identity = new SeededIdentity(seed);
  const hex = (bytes: number): string => Buffer.from(identity.randomBytes(bytes)).toString("hex");
  return () => ({ walletId: hex(20), salt: hex(32) });
}
