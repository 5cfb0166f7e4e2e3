import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchId } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { openBatchVault } from "../src/index.ts";
import { freezeBeforeCall } from "./frozen-files.ts";

const chainId = "scrip.example/test";
const batch = batchId("0a".repeat(16));
const theirs = new Uint8Array(32).fill(1);
const ours = new Uint8Array(32).fill(2);
/** More calls on files than keeping or wiping makes. */
const callsMax = 20;

type Act = (vault: BatchVault) => Promise<unknown>;

/** Cuts the act off before each of its calls on files in turn, and checks what the next process finds. */
async function cutAtEveryCall(
  acts: { readonly before: Act; readonly cut: Act },
  check: (vault: BatchVault, ended: boolean, keyFiles: string[]) => Promise<void>,
): Promise<number> {
  for (let nth = 1; nth <= callsMax; nth += 1) {
    const directory = await mkdtemp(join(tmpdir(), "scrip-crash-"));
    const keys = join(directory, "keys");
    const killed = await openBatchVault({ directory, chainId });
    await acts.before(killed);
    const ended = await freezeBeforeCall(nth, () => acts.cut(killed));
    const next = await openBatchVault({ directory, chainId });
    await check(next, ended, await readdir(keys));
    expect(await readdir(keys), `call ${nth}`).toEqual([]);
    await next.close();
    await killed.close();
    await rm(directory, { recursive: true });
    if (ended) return nth - 1;
  }
  throw new Error("the act never ended");
}

describe("a batch vault that is cut off", () => {
  it("at any call of keeping a seed has one seed afterwards, and can wipe it", async () => {
    const kinds = new Set<Uint8Array>();
    const acts = { before: async () => undefined, cut: (v: BatchVault) => v.keep(batch, theirs) };
    const calls = await cutAtEveryCall(acts, async (vault, ended) => {
      const kept = await vault.keep(batch, ours);
      expect([theirs, ours]).toContainEqual(kept);
      if (ended) expect(kept).toEqual(theirs);
      kinds.add(kept[0] === theirs[0] ? theirs : ours);
      expect(await vault.seed(batch)).toEqual(kept);
      await vault.wipe(batch);
      expect(await vault.seed(batch)).toBe("WIPED");
    });
    expect(calls).toBeGreaterThan(8);
    expect(kinds.size).toBe(2);
  });

  it("at any call of wiping has no seed and no key afterwards", async () => {
    const acts = {
      before: (v: BatchVault) => v.keep(batch, theirs),
      cut: (v: BatchVault) => v.wipe(batch),
    };
    const calls = await cutAtEveryCall(acts, async (vault, _, keyFiles) => {
      // Opening finished it. The first call on files comes after the word WIPED.
      expect(keyFiles).toEqual([]);
      expect(await vault.seed(batch)).toBe("WIPED");
      await expect(vault.keep(batch, ours)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    });
    expect(calls).toBeGreaterThan(4);
  });
});
