import { appendFileSync, cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { leafHash } from "@scrip/merkle-log";
import { generateKey, sha256Ed25519, writeKeyFile } from "@scrip/signing";
import {
  concat,
  decodeLeaf,
  fromHex,
  leafKey,
  leafStateHash,
  parseCardId,
  toHex,
} from "@scrip/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectStatus } from "../stage/http.ts";
import { startScrip } from "../stage/running-scrip.ts";
import { scripCommand } from "../stage/scrip-command.ts";
import { stockCards, type Stock } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { spoilAt, spoilBytes } from "./spoil.ts";

const directory = temporaryDirectory("deep");
const original = join(directory.path, "original");
const { hash } = sha256Ed25519;
let copies = 0;
let stock: Stock;
let chainId: string;
let cardId: string;
/** Records of the ledger as they stand in its store. */
let sale: { readonly index: number; readonly entry: Uint8Array };
let genesisHash: Uint8Array;
let leaf: { readonly key: Uint8Array; readonly state: Uint8Array };
let lastEventId: string;

beforeAll(async () => {
  const scrip = await startScrip(original);
  const { url, keys } = scrip;
  stock = await stockCards(scrip, { programId: "deep", count: 20, faceValue: 100 });
  const body = { acceptor: "store-1", amount: 1, tenders: [{ code: stock.codes[0] }] };
  const asked = { key: keys.acceptor, idempotencyKey: "deep", body };
  const path = `${url}/v1/write-offs?waitFor=committed&timeoutMs=20000`;
  const sold = (await expectStatus(path, asked, 200)).json;
  cardId = sold.operation.cards[0].cardId;
  lastEventId = sold.eventId.replace("evt_", "");
  await scrip.stop();
  ({ chainId } = JSON.parse(readFileSync(join(original, "scrip.json"), "utf8")));
  const store = openFollowerStore({ directory: join(original, "follower"), chainId });
  const index = store.indexOfEvent(lastEventId) ?? 0;
  sale = { index, entry: store.entry(index)?.slice() ?? new Uint8Array(0) };
  genesisHash = leafHash(hash, store.entry(0) ?? new Uint8Array(0));
  const key = leafKey(hash, "card", parseCardId(cardId) ?? ("" as never));
  leaf = { key, state: store.leaf(key)?.slice() ?? new Uint8Array(0) };
  await store.close();
});
afterAll(() => directory.remove());

function copy(): { path: string; file: (...parts: string[]) => string } {
  copies += 1;
  const path = join(directory.path, `copy-${copies}`);
  cpSync(original, path, { recursive: true });
  return { path, file: (...parts) => join(path, ...parts) };
}

const deep = (path: string, ...more: string[]) =>
  scripCommand("status", "--deep", "--data", path, ...more);

async function expectNamed(path: string, ...reasons: readonly RegExp[]): Promise<void> {
  const { code, out, err } = await deep(path);
  for (const reason of reasons) expect(out).toMatch(reason);
  expect(err).toBe(`scrip: ${path} is not sound\n`);
  expect(code).toBe(1);
}

describe("scrip status --deep", () => {
  it("calls a stopped system sound, and leaves it as it is", async () => {
    const { path } = copy();
    for (const _ of [0, 1]) {
      const { code, out, err } = await deep(path);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toMatch(/^ledger\/store +height \d+, \d+ entries, \d+ states, 21 cards; /);
      expect(out).toMatch(/\ncards +21 cards and \d+ operations compared\n/);
      expect(out).toMatch(/\nsound\n$/);
    }
    const { out } = await deep(path, "--json");
    expect(JSON.parse(out)).toMatchObject({ sound: true, damages: [], damagesTotal: 0 });
    const scrip = await startScrip(path);
    const running = await deep(path);
    expect(running.code).toBe(1);
    expect(running.err).toMatch(/^scrip: .*: process \d+ has it open; stop the system first/);
    await scrip.stop();
  });

  it.each(["ledger/store", "follower"])("names each kind of record of %s", async (store) => {
    const where = store.replaceAll("/", "\\/");
    const entry = copy();
    expect(spoilBytes(entry.file(store, "data.mdb"), sale.entry)).toBeGreaterThan(0);
    await expectNamed(
      entry.path,
      new RegExp(`DAMAGED ${where}: ENTRY entry ${sale.index}: it does not hash to hash \\d+ of`),
    );
    const tile = copy();
    expect(spoilBytes(tile.file(store, "data.mdb"), genesisHash)).toBeGreaterThan(0);
    await expectNamed(tile.path, new RegExp(`DAMAGED ${where}: TILE tile 0/000: hash \\d+ of`));
    const state = copy();
    expect(spoilBytes(state.file(store, "data.mdb"), leaf.state)).toBeGreaterThan(0);
    await expectNamed(
      state.path,
      new RegExp(`DAMAGED ${where}: LEAF (${cardId}|leaf under key ${toHex(leaf.key)}): its state`),
    );
    const bucket = copy();
    // The hash of its state, which stands behind its key.
    const pair = concat(leaf.key, leafStateHash(hash, "card", decodeLeaf("card", leaf.state)));
    expect(spoilBytes(bucket.file(store, "data.mdb"), pair)).toBeGreaterThan(0);
    await expectNamed(bucket.path, new RegExp(`DAMAGED ${where}: BUCKET bucket \\d+: `));
  });

  it.each([
    ["keys/writer.key", -40, /FILE .*writer\.key: KEY_FILE_CORRUPT/],
    ["keys/log.key", -40, /FILE .*log\.key: KEY_FILE_CORRUPT/],
    ["keys.json", 0, /FILE .*keys\.json: .* no API key/],
    ["ledger/validators/v3.key", -40, /FILE .*v3\.key: KEY_FILE_CORRUPT/],
    ["ledger/validators/v1.signed", 30, /FILE .*v1\.signed: 1 of its two records cannot be read/],
    ["ledger/validators/v1.signed", -30, /FILE .*v1\.signed: 1 of its two records cannot be read/],
  ])("names a bit turned over in %s (at %i)", async (name, at, reason) => {
    const { path, file } = copy();
    spoilAt(file(name), at);
    await expectNamed(path, reason);
  });

  it("names a batch's key file that does not open its seed", async () => {
    const { path, file } = copy();
    spoilAt(file("batches", "keys", `${stock.batchId.replace("batch_", "")}.key`), -30);
    await expectNamed(path, /DAMAGED batches: .*key file .*\.key is not what was written/);
  });

  it("names a key file that was exchanged, and a signing state that is gone", async () => {
    const { path, file } = copy();
    for (const [name, signer] of [
      ["operator.key", `${chainId}/operator`],
      ["log.key", chainId],
    ] as const) {
      rmSync(file("keys", name));
      await writeKeyFile(file("keys", name), generateKey(signer));
    }
    rmSync(file("ledger", "validators", "v2.signed"));
    await expectNamed(
      path,
      /FILE .*operator\.key: its key is not the one that ledger and policy name/,
      /FILE .*log\.key: its key is not the one that ledger and policy name/,
      /FILE .*v2\.signed: .*v2\.signed is missing/,
      /3 found wrong\n$/,
    );
  });

  it("names the card that the store has otherwise than the ledger", async () => {
    const { path, file } = copy();
    expect(spoilBytes(file("cards", "data.mdb"), fromHex(lastEventId))).toBeGreaterThan(0);
    await expectNamed(path, new RegExp(`DAMAGED cards: CARD ${cardId}: it is not what the ledger`));
  });

  it("takes no policy that it cannot read", async () => {
    const { path, file } = copy();
    appendFileSync(file("policy.txt"), "nonsense\n");
    const { code, out, err } = await deep(path);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^scrip: cannot read the policy in .*policy\.txt: .*nonsense/);
  });
});
