import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseCheckpoint, parseNote } from "@scrip/merkle-log";
import type { SignedBatch } from "@scrip/ports";
import { sha256Ed25519, verifyCheckpoint } from "@scrip/signing";
import { failing, failOnce, type Fault, type TestChain, testChain } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignedTree } from "../src/signed-tree.ts";
import type { EmbeddedLedger } from "../src/index.ts";
import { Place } from "./place.ts";

describe("local cosigners", () => {
  let chain: TestChain;
  let place: Place;
  let ledger: EmbeddedLedger;

  beforeEach(async () => {
    chain = testChain();
    place = await Place.make(chain.genesis);
    ledger = await place.open();
    chain.acts.open(10);
  });
  afterEach(async () => {
    await ledger.close();
    await place.remove();
  });

  const batches = (): SignedBatch[] => chain.acts.history.takeBatches(2);
  const verified = async () => {
    const trust = { policy: place.policy(), suite: sha256Ed25519 };
    return verifyCheckpoint(await ledger.checkpoint(), { ...trust, origin: chain.genesis.chainId });
  };
  const signed = (at: number): string => join(place.directory, "validators", `v${at}.signed`);
  const tree = async () => parseCheckpoint(parseNote(await ledger.checkpoint()).text);

  it("are four, and all of them sign", async () => {
    const { cosignedBy, checkpoint } = await verified();
    expect(cosignedBy).toEqual(["v0", "v1", "v2", "v3"]);
    expect(checkpoint.size).toBe(2);
  });

  it("sign no size twice with two roots: each writes down what it signs, before it does", async () => {
    for (const batch of batches()) await ledger.submit(batch);
    const { size, root } = await tree();
    for (const at of [0, 1, 2, 3]) {
      const text = await readFile(signed(at), "latin1");
      expect(text).toContain(`${String(size).padStart(16, "0")} `);
      expect(text).toContain(Buffer.from(root).toString("base64"));
    }
  });

  it("renew their signatures on the same tree, and write nothing", async () => {
    await ledger.close();
    place.limits = { renewMs: 5 };
    ledger = await place.open();
    const before = await readFile(signed(0), "latin1");
    const { oldestCosignatureSeconds: first = 0, checkpoint } = await verified();
    await new Promise<void>((resolve) => {
      const stop = ledger.onProgress(() => {
        stop();
        resolve();
      });
    });
    const renewed = await verified();
    expect(renewed.oldestCosignatureSeconds).toBeGreaterThan(first);
    expect(renewed.checkpoint).toEqual(checkpoint);
    expect(renewed.cosignedBy).toHaveLength(4);
    expect(await readFile(signed(0), "latin1")).toBe(before);
  });

  it("leave the ledger alive where a quorum of them failed to sign", async () => {
    await ledger.close();
    place.limits = { renewMs: 5 };
    ledger = await place.open();
    const [first] = batches();
    if (first === undefined) throw new Error("no batch");
    const before = await tree();
    const write = vi.spyOn(SignedTree.prototype, "write");
    for (const _ of [0, 1]) write.mockRejectedValueOnce(new Error("no space left"));
    await expect(ledger.submit(first)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    write.mockRestore();
    // Long enough for renewals of a tree that two of the four have left behind.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await tree()).toEqual(before);
    expect(await ledger.submit(first)).toMatchObject({ kind: "BEHIND" });
    expect((await tree()).size).toBeGreaterThan(before.size);
    expect((await verified()).cosignedBy).toHaveLength(4);
  });

  it("sign again after a start what they had signed", async () => {
    for (const batch of batches()) await ledger.submit(batch);
    const before = await tree();
    await ledger.close();
    ledger = await place.open();
    expect(await tree()).toEqual(before);
    expect((await verified()).cosignedBy).toHaveLength(4);
  });

  it("sign at start what was stored just before a kill", async () => {
    const [first, second] = batches();
    await ledger.submit(first as SignedBatch);
    const files = await Promise.all([0, 1, 2, 3].map((at) => readFile(signed(at))));
    await ledger.submit(second as SignedBatch);
    const { size } = await tree();
    await ledger.close();
    // As if the kill came after the block was durable and before any validator wrote.
    for (const [at, bytes] of files.entries()) await writeFile(signed(at), bytes);
    place.disk.checkpoints.delete(size);
    ledger = await place.open();
    expect((await verified()).checkpoint.size).toBe(size);
    expect((await ledger.blocks(0, 10)).map(({ height }) => height)).toEqual([0, 1, 2]);
  });

  it("refuse a log that is shorter than what they signed", async () => {
    const [first, second] = batches();
    await ledger.submit(first as SignedBatch);
    const older = structuredClone(place.disk);
    await ledger.submit(second as SignedBatch);
    await ledger.close();
    Object.assign(place.disk, older, { taken: false });
    await expect(place.open()).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringMatching(/the log has \d+ entries, .*\/v0 says \d+/),
    });
    await openElsewhere();
  });

  it("refuse a log that had another root at the size they signed", async () => {
    await ledger.close();
    const other = await readFile(signed(0), "latin1");
    const tile = place.disk.tiles.get("0/0") ?? new Uint8Array(0);
    tile[0] = (tile[0] ?? 0) ^ 1;
    await expect(place.open()).rejects.toMatchObject({ code: "CORRUPT" });
    expect(await readFile(signed(0), "latin1")).toBe(other);
    await openElsewhere();
  });

  it("are bound by the stored note as by their own files", async () => {
    const [first, second] = batches();
    await ledger.submit(first as SignedBatch);
    const files = await Promise.all([0, 1, 2, 3].map((at) => readFile(signed(at))));
    await ledger.submit(second as SignedBatch);
    await ledger.close();
    for (const [at, bytes] of files.entries()) await writeFile(signed(at), bytes);
    // In the last leaf, which what they signed before does not reach.
    const tile = place.disk.tiles.get("0/0") ?? new Uint8Array(0);
    tile[tile.length - 1] = (tile.at(-1) ?? 0) ^ 1;
    await expect(place.open()).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining("the newest stored checkpoint"),
    });
    await openElsewhere();
  });

  it("refuse to begin anew what they have signed before", async () => {
    await ledger.close();
    const { directory } = place;
    const empty = await Place.make(chain.genesis);
    await expect(Object.assign(empty, { directory }).open()).rejects.toMatchObject({
      code: "CORRUPT",
    });
    await openElsewhere();
  });

  it("believe the other of their two records when one is torn", async () => {
    for (const batch of batches()) await ledger.submit(batch);
    await ledger.close();
    const text = await readFile(signed(1), "latin1");
    await writeFile(signed(1), `${text.slice(0, 80)}${"\0".repeat(80)}`);
    ledger = await place.open();
    expect((await verified()).cosignedBy).toHaveLength(4);
  });

  it.each<Fault>(["BEFORE", "AFTER"])(
    "are never ahead of the store: a commit that failed %s it was done is settled first",
    async (fault) => {
      await ledger.close();
      // The genesis is there; the first commit of this opening is a block.
      place.wrap = (store) => failing(store, failOnce("commit", fault));
      ledger = await place.open();
      const [batch, next] = batches();
      await expect(ledger.submit(batch as SignedBatch)).rejects.toMatchObject({
        code: "UNAVAILABLE",
        outcomeKnown: false,
      });
      expect((await verified()).checkpoint.size).toBe(2);
      const again = await ledger.submit(batch as SignedBatch);
      expect(again.kind).toBe(fault === "BEFORE" ? "COMMITTED" : "BEHIND");
      expect(await ledger.submit(next as SignedBatch)).toMatchObject({ kind: "COMMITTED" });
      await replayAll();
    },
  );

  it.each<Fault>(["BEFORE", "AFTER"])(
    "leave no block without a stored note when storing it failed %s it was done",
    async (fault) => {
      await ledger.close();
      // The first note of this opening is that of the genesis block, signed again.
      const plan = (method: string, nth: number): Fault =>
        method === "putCheckpoint" && nth === 2 ? fault : "NONE";
      place.wrap = (store) => failing(store, plan);
      ledger = await place.open();
      for (const batch of batches()) await ledger.submit(batch);
      expect((await ledger.blocks(0, 10)).map(({ height }) => height)).toEqual([0, 1, 2, 3]);
      await replayAll();
    },
  );

  async function replayAll(): Promise<void> {
    const copy = await place.copy();
    const blocks = await ledger.blocks(0, 100);
    for (const block of blocks) await copy.take(block);
    expect(copy.root()).toBe(Buffer.from((await tree()).root).toString("hex"));
  }

  /** A ledger for the clean-up to close. */
  async function openElsewhere(): Promise<void> {
    await place.remove();
    place = await Place.make(chain.genesis);
    ledger = await place.open();
  }
});
