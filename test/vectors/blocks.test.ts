import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Follower } from "@scrip/ledger-state";
import { parsePolicy } from "@scrip/merkle-log";
import { sha256Ed25519, verifyCheckpoint } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore } from "@scrip/testing";
import { decodeEntry, type Entry, fromHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { blockVectors, blockVectorsFile } from "./generate-blocks.ts";

type BlockVectors = Awaited<ReturnType<typeof blockVectors>>;
const stored = JSON.parse(readFileSync(blockVectorsFile, "utf8")) as BlockVectors;
const suite = sha256Ed25519;
const policy = parsePolicy(suite.hash, stored.policy);
const origin = "scrip.example/test";

const H = (...pieces: readonly (string | Buffer)[]): string =>
  createHash("sha256")
    .update(Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? hex(piece) : piece))))
    .digest("hex");
const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** RFC 6962 §2.1, written apart from the code under test. */
function logRoot(entries: readonly string[]): string {
  const [only] = entries;
  if (only === undefined) return H();
  if (entries.length === 1) return H("00", only);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return H("01", logRoot(entries.slice(0, k)), logRoot(entries.slice(k)));
}

interface MapLeaf {
  readonly key: string;
  readonly stateHash: string;
}

/** The sparse map: no leaf is zeros, one leaf is itself, more are split by the next bit of their keys. */
function mapRoot(leaves: readonly MapLeaf[], bit = 0): string {
  const [only] = leaves;
  if (only === undefined) return "00".repeat(32);
  if (leaves.length === 1) return H("00", only.key, only.stateHash);
  const isRight = ({ key }: MapLeaf): boolean =>
    ((hex(key)[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  const left = leaves.filter((leaf) => !isRight(leaf));
  return H("01", mapRoot(left, bit + 1), mapRoot(leaves.filter(isRight), bit + 1));
}

describe("block vectors", () => {
  const decoded = stored.blocks.flatMap(({ entries }) =>
    entries.map((entry): Entry => decodeEntry(fromHex(entry))),
  );

  it("are what the code makes", async () => {
    expect(stored).toEqual(JSON.parse(JSON.stringify(await blockVectors())));
  });

  it("hold every kind of entry, and an event or two of every type", () => {
    expect(new Set(decoded.map(({ kind }) => kind))).toEqual(
      new Set(["genesis", "batch", "event", "rejection", "seal"]),
    );
    const types = decoded.flatMap((entry) => (entry.kind === "event" ? [entry.event.type] : []));
    expect(new Set(types).size).toBe(10);
    const reasons = decoded.flatMap((entry) => (entry.kind === "rejection" ? [entry.reason] : []));
    expect(reasons).toEqual(["VERSION_GAP", "ENTRY_MALFORMED"]);
  });

  it("have the log roots and app hashes of a plain reading", () => {
    const entries: string[] = [];
    for (const block of stored.blocks) {
      expect(block.fromIndex).toBe(entries.length);
      entries.push(...block.entries);
      expect(block.size).toBe(entries.length);
      expect(logRoot(entries)).toBe(block.logRoot);
      const size = Buffer.alloc(8);
      size.writeBigUInt64BE(BigInt(block.size));
      expect(H(Buffer.from("scrip/v1/app-hash\0"), size, block.logRoot)).toBe(block.appHash);
    }
  });

  it("state in each seal what the block says, and the map root that the leaves lead to", () => {
    for (const { entries, height, timeMs, mapRoot: root } of stored.blocks) {
      const seal = decodeEntry(fromHex(entries.at(-1) ?? ""));
      expect(seal).toMatchObject({ kind: "seal", height, timeMs, mapRoot: root, lawGauge: 0n });
    }
    expect(mapRoot(stored.leaves)).toBe(stored.blocks.at(-1)?.mapRoot);
  });

  it("have checkpoints that all validators have cosigned", () => {
    for (const { checkpoint, size, logRoot: root } of stored.blocks) {
      const verified = verifyCheckpoint(checkpoint, { policy, suite, origin });
      expect(verified.cosignedBy).toEqual(["v0", "v1", "v2", "v3"]);
      expect(verified.checkpoint.size).toBe(size);
      expect(Buffer.from(verified.checkpoint.root).toString("hex")).toBe(root);
    }
  });

  it("can be followed from nothing", async () => {
    const store = new MemoryFollowerStore(new MemoryDisk());
    const follower = await Follower.open({ store, suite, origin, policy });
    for (const { height, fromIndex, entries, checkpoint } of stored.blocks) {
      await follower.take({ height, fromIndex, checkpoint, entries: entries.map(fromHex) });
    }
    expect(Buffer.from(follower.state.root()).toString("hex")).toBe(stored.blocks.at(-1)?.logRoot);
  });
});
