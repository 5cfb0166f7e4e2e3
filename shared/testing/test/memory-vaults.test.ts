import type { BatchId } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import { expect, it } from "vitest";
import {
  batchVaultSuite,
  callerDirectorySuite,
  holderVaultSuite,
  MemoryBatchVault,
  MemoryCallerDirectory,
  MemoryHolderVault,
  type MemoryKeys,
  SeededIdentity,
} from "../src/index.ts";

holderVaultSuite("memory", async () => {
  const kept = new Map<string, HolderIdentity>();
  return { open: async () => new MemoryHolderVault(kept), remove: async () => undefined };
});

batchVaultSuite("memory", async () => {
  const kept = new Map<BatchId, Uint8Array | "WIPED">();
  return { open: async () => new MemoryBatchVault(kept), remove: async () => undefined };
});

callerDirectorySuite("memory", async () => {
  const kept: MemoryKeys = [];
  return { open: async () => new MemoryCallerDirectory(kept), remove: async () => undefined };
});

it("a holder vault in memory notices when chance is no chance", async () => {
  const vault = new MemoryHolderVault();
  const proposed = { walletId: "ab".repeat(20), salt: "cd".repeat(32) };
  await vault.identify("ann", proposed);
  await expect(vault.identify("bob", { ...proposed, salt: "ef".repeat(32) })).rejects.toThrow(
    "the same random bytes for two holders",
  );
});

it("seeded chance is the same in every run and never repeats itself", () => {
  const [one, again, other] = ["a", "a", "b"].map((seed) => new SeededIdentity(seed));
  const first = one?.randomBytes(40);
  expect(first).toEqual(again?.randomBytes(40));
  expect(first).not.toEqual(other?.randomBytes(40));
  expect(one?.randomBytes(40)).not.toEqual(first);
});
