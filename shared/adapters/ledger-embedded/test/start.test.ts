import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { formatVkey, signatureType, verifierKey } from "@scrip/merkle-log";
import type { SignedBatch } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain, testSigner } from "@scrip/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toHex } from "@scrip/wire";
import type { EmbeddedLedger } from "../src/index.ts";
import { Place } from "./place.ts";

const stranger = testSigner("stranger");
const otherKey = { name: stranger.name, publicKey: toHex(stranger.publicKey) };

describe("start of an embedded ledger", () => {
  const { genesis } = testChain();
  let place: Place;
  let ledger: EmbeddedLedger;

  beforeEach(async () => {
    place = await Place.make(genesis);
    ledger = await place.open();
  });
  afterEach(async () => {
    await ledger.close();
    await place.remove();
  });

  it("makes the validators' keys once", async () => {
    const files = (await readdir(join(place.directory, "validators"))).toSorted();
    expect(files).toEqual(
      ["v0", "v1", "v2", "v3"].flatMap((name) => [`${name}.key`, `${name}.signed`]),
    );
    const { validators } = ledger.genesis;
    await ledger.close();
    ledger = await place.open();
    expect(ledger.genesis.validators).toEqual(validators);
    expect(new Set(validators.map(({ publicKey }) => publicKey)).size).toBe(4);
  });

  it("writes a policy of its logs and a quorum of its validators", () => {
    const { hash } = sha256Ed25519;
    const logs = ["", "/receipts"].map((path) => {
      const { publicKey, name } = testSigner(`${genesis.chainId}${path}`);
      return verifierKey(hash, { name, publicKey, type: signatureType.ed25519 });
    });
    const lines = ledger.policy(logs).split("\n");
    expect(lines.slice(0, 2)).toEqual(logs.map((key) => `log ${formatVkey(key)}`));
    expect(lines.slice(2, 6).map((line) => line.split("+")[0])).toEqual(
      [0, 1, 2, 3].map((at) => `witness v${at} ${genesis.chainId}/v${at}`),
    );
    expect(lines.slice(6)).toEqual(["group validators 3 v0 v1 v2 v3", "quorum validators", ""]);
  });

  it.each([
    ["name", { chainId: "scrip.example/other" }],
    ["number of shards", { shards: 8 }],
    ["writer key", { writers: [otherKey] }],
    ["operator key", { operators: [otherKey] }],
    ["receipt key", { receipts: [otherKey] }],
  ])("refuses data of a chain with another %s", async (_, changes) => {
    await ledger.close();
    const other = await Place.make({ ...genesis, ...changes });
    const { disk, directory } = place;
    const mixed = Object.assign(other, { disk });
    await expect(mixed.open()).rejects.toMatchObject({ code: "NOT_OURS" });
    await other.remove();
    // Its own settings still open it.
    expect(directory).toBe(place.directory);
    ledger = await place.open();
  });

  it("refuses a log whose validators have other keys, and makes none in their place", async () => {
    await ledger.close();
    const folder = join(place.directory, "validators");
    await rm(join(folder, "v2.key"));
    await expect(place.open()).rejects.toMatchObject({ code: "NOT_OURS" });
    expect(await readdir(folder)).not.toContain("v2.key");
    const elsewhere = await Place.make(genesis);
    const fresh = await elsewhere.open();
    await fresh.close();
    const mixed = Object.assign(elsewhere, { disk: place.disk });
    await expect(mixed.open()).rejects.toMatchObject({ code: "NOT_OURS" });
    await elsewhere.remove();
    await openElsewhere();
  });

  it("bounds its blocks and the batches that wait", async () => {
    await ledger.close();
    place.limits = { blockEventsMax: 3, pendingBatchesMax: 3 };
    ledger = await place.open();
    const { acts } = testChain();
    acts.open(10);
    const [first, ...more] = acts.history.takeBatches(1) as [SignedBatch, ...SignedBatch[]];
    const [second, third, fourth] = more as [SignedBatch, SignedBatch, SignedBatch];
    const fates = [first, second, third].map((batch) => ledger.submit(batch));
    await expect(ledger.submit(fourth)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await Promise.all(fates)).toMatchObject([
      { kind: "COMMITTED", height: 1 },
      { kind: "COMMITTED", height: 1 },
      { kind: "COMMITTED", height: 1 },
    ]);
    const next = [fourth, ...more.slice(3)].map((batch) => ledger.submit(batch));
    expect((await Promise.all(next)).map(({ kind }) => kind)).toEqual(next.map(() => "COMMITTED"));
  });

  async function openElsewhere(): Promise<void> {
    await place.remove();
    place = await Place.make(genesis);
    ledger = await place.open();
  }
});
