import { mkdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatNote, parseNote } from "@scrip/merkle-log";
import type { SignedBatch } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import { MemoryFollowerStore, type TestChain, testChain } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type EmbeddedLedger,
  type PublishedNote,
  type ResumedSigning,
  resumeSigning,
} from "../src/index.ts";
import { Place } from "./place.ts";

const all = [0, 1, 2, 3];
const remedy = "«scrip log resume --from CHECKPOINT»";

describe("what validators signed, at the next start", () => {
  let chain: TestChain;
  let place: Place;
  let ledger: EmbeddedLedger;
  /** The disk and the signing states when the log was shorter, and the checkpoint of then and of now. */
  let older: { disk: Place["disk"]; files: readonly Buffer[]; note: string };
  let newest: string;

  beforeEach(async () => {
    chain = testChain();
    place = await Place.make(chain.genesis);
    ledger = await place.open();
    chain.acts.open(10);
    const [first, second] = chain.acts.history.takeBatches(2) as [SignedBatch, SignedBatch];
    await ledger.submit(first);
    const files = await Promise.all(all.map((at) => readFile(signed(at))));
    older = { disk: structuredClone(place.disk), files, note: await ledger.checkpoint() };
    await ledger.submit(second);
    newest = await ledger.checkpoint();
    await ledger.close();
  });
  afterEach(() => place.remove());

  const signed = (at: number): string => join(place.directory, "validators", `v${at}.signed`);
  const putBack = (): unknown => Object.assign(place.disk, older.disk, { taken: false });
  const sizeOf = (note: string): number => Number(note.split("\n")[1]);

  async function expectRefused(reason: RegExp): Promise<void> {
    await expect(place.open()).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringMatching(reason),
    });
  }

  async function resume(
    note: string,
    known: readonly PublishedNote[] = [],
  ): Promise<ResumedSigning> {
    const store = new MemoryFollowerStore(place.disk);
    const { directory } = place;
    const trust = { policy: place.policy(), suite: sha256Ed25519 };
    try {
      return await resumeSigning({ directory, store, note, known, ...trust });
    } finally {
      await store.close();
    }
  }

  async function expectToGoOn(): Promise<void> {
    ledger = await place.open();
    expect(await ledger.checkpoint()).toContain(`\n${sizeOf(newest)}\n`);
    expect(parseNote(await ledger.checkpoint()).signatures).toHaveLength(4);
    await ledger.close();
  }

  it("is for its owner's eyes", async () => {
    for (const at of all) {
      expect((await stat(signed(at))).mode & 0o777).toBe(0o600);
      const key = join(place.directory, "validators", `v${at}.key`);
      expect((await stat(key)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(place.directory, "validators"))).mode & 0o777).toBe(0o700);
  });

  it("may be older than the log when it is part of it", async () => {
    for (const at of all) await writeFile(signed(at), older.files[at] ?? "");
    await expectToGoOn();
    expect(await readFile(signed(0), "latin1")).toContain(`${sizeOf(newest)} `);
  });

  it("is not forgotten with one file", async () => {
    await rm(signed(0));
    await expectRefused(/v0\.signed is missing: .*resume --from CHECKPOINT/);
    await expect(stat(signed(0))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is not forgotten with what a file held", async () => {
    await truncate(signed(1), 0);
    await expectRefused(
      /v1\.signed is empty, though the newest stored checkpoint has its signature at/,
    );
  });

  it.each([
    ["spoiled", (text: string) => text.replaceAll(/\d/g, "x")],
    ["half written", (text: string) => text.slice(0, 40)],
  ])("is named when both its records are %s", async (_, spoil) => {
    await writeFile(signed(2), spoil(await readFile(signed(2), "latin1")));
    await expectRefused(/v2\.signed cannot be read: what this validator signed last is not known/);
  });

  it("is named when it cannot be opened", async () => {
    await rm(signed(3));
    await mkdir(signed(3));
    await expect(place.open()).rejects.toMatchObject({
      code: "NOT_OURS",
      message: expect.stringMatching(/v3\.signed cannot be opened: EISDIR/),
    });
  });

  describe("is known from a checkpoint kept elsewhere", () => {
    beforeEach(() => {
      place.published = [{ note: newest, where: "the copy" }];
    });

    it("and stops a ledger put back whole from an older copy", async () => {
      for (const at of all) await writeFile(signed(at), older.files[at] ?? "");
      putBack();
      const [had, has] = [sizeOf(newest), sizeOf(older.note)];
      await expectRefused(
        new RegExp(`the log has ${has} entries, the copy says ${had}: .* with at least ${had}`),
      );
      // Without it nothing inside could tell.
      place.published = [];
      await (await place.open()).close();
    });

    it("and stops a ledger that is gone, before keys are made anew", async () => {
      await rm(place.directory, { recursive: true });
      const empty = await Place.make(chain.genesis);
      await rm(empty.directory, { recursive: true });
      Object.assign(empty, { directory: place.directory, published: place.published });
      await expect(empty.open()).rejects.toMatchObject({
        code: "CORRUPT",
        message: expect.stringMatching(
          /the ledger's log is gone: the copy says it had \d+ entries/,
        ),
      });
      await expect(stat(place.directory)).rejects.toMatchObject({ code: "ENOENT" });
      await mkdir(place.directory);
    });

    it("and stops a log with another root there", async () => {
      const tile = place.disk.tiles.get("0/0") ?? new Uint8Array(0);
      tile[0] = (tile[0] ?? 0) ^ 1;
      await expectRefused(/the log at size \d+ is not the one of the copy/);
    });

    it("unless its signatures do not hold, which is said", async () => {
      const note = parseNote(newest);
      const [first, ...rest] = note.signatures;
      if (first === undefined) throw new Error("nobody signed");
      first.signature[20] = (first.signature[20] ?? 0) ^ 1;
      const spoiled = formatNote({ ...note, signatures: [first, ...rest] });
      place.published = [{ note: spoiled, where: "the copy" }];
      await expectRefused(/the copy cannot be believed: verify the signature of .*\/v0/);
    });

    it("unless that is another chain's", async () => {
      place.published = [{ note: newest.replace(/^[^\n]+/, "else.where/log"), where: "the copy" }];
      await expectToGoOn();
    });
  });

  describe("is set from a published checkpoint", () => {
    it("where a file was lost, or says too little", async () => {
      await rm(signed(0));
      await writeFile(signed(1), "x".repeat(160));
      await writeFile(signed(2), older.files[2] ?? "");
      const size = sizeOf(newest);
      const { validators } = await resume(newest);
      expect(validators.map(({ before }) => before)).toEqual([
        null,
        null,
        sizeOf(older.note),
        size,
      ]);
      expect(new Set(validators.map((one) => one.size))).toEqual(new Set([size]));
      expect((await stat(signed(0))).mode & 0o777).toBe(0o600);
      await expectToGoOn();
    });

    it("never below what a file lost had signed, by a newer checkpoint that the store keeps", async () => {
      await rm(signed(0));
      const size = sizeOf(newest);
      const resumed = await resume(older.note);
      expect(resumed.validators[0]).toMatchObject({ before: null, size });
      expect(resumed.size).toBe(size);
      await expectToGoOn();
    });

    it("nor by one that is kept beside it", async () => {
      for (const at of all) await rm(signed(at));
      putBack();
      const known = [{ note: newest, where: "the copy" }];
      const resumed = await resume(older.note, known);
      const size = sizeOf(newest);
      expect(resumed).toMatchObject({ size, logSize: sizeOf(older.note) });
      expect(resumed.validators.map((one) => one.size)).toEqual(all.map(() => size));
    });

    it("and never lowered", async () => {
      const before = await Promise.all(all.map((at) => readFile(signed(at), "latin1")));
      const { validators } = await resume(older.note);
      expect(validators.map((one) => one.size)).toEqual(all.map(() => sizeOf(newest)));
      expect(await Promise.all(all.map((at) => readFile(signed(at), "latin1")))).toEqual(before);
    });

    it("beyond the end of a log put back from a copy, which then does not start", async () => {
      for (const at of all) await writeFile(signed(at), older.files[at] ?? "");
      const now = structuredClone(place.disk);
      putBack();
      const resumed = await resume(newest);
      expect(resumed).toMatchObject({ size: sizeOf(newest), logSize: sizeOf(older.note) });
      await expectRefused(/the log has \d+ entries, .*\/v0 says \d+/);
      Object.assign(place.disk, now, { taken: false });
      await expectToGoOn();
    });

    it("only when that meets the policy", async () => {
      const note = parseNote(newest);
      const few = formatNote({ ...note, signatures: note.signatures.slice(0, 2) });
      await expect(resume(few)).rejects.toMatchObject({ code: "QUORUM_NOT_MET" });
    });

    it("only when the log does not contradict it", async () => {
      const before = await readFile(signed(0), "latin1");
      const tile = place.disk.tiles.get("0/0") ?? new Uint8Array(0);
      tile[0] = (tile[0] ?? 0) ^ 1;
      await expect(resume(newest)).rejects.toMatchObject({
        code: "CORRUPT",
        message: expect.stringContaining("is not the one of the checkpoint given"),
      });
      expect(await readFile(signed(0), "latin1")).toBe(before);
    });

    it("only where there is a chain", async () => {
      Object.assign(place.disk, { entries: [], blocks: [], meta: undefined, taken: false });
      await expect(resume(newest)).rejects.toMatchObject({ code: "NOT_OURS" });
    });
  });

  it("tells what to do", async () => {
    await rm(signed(0));
    await expect(place.open()).rejects.toThrow(remedy);
  });
});
