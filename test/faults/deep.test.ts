import { createHash } from "node:crypto";
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCardStore } from "@scrip/card-store-lmdb";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { leafHash } from "@scrip/merkle-log";
import { openHolderVault } from "@scrip/vault-lmdb";
import { openDataDirectory } from "@scrip/service-kit";
import { generateKey, sha256Ed25519, writeKeyFile } from "@scrip/signing";
import {
  concat,
  decodeLeaf,
  eventIn,
  fromHex,
  leafKey,
  leafStateHash,
  parseCardId,
  toHex,
} from "@scrip/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectStatus } from "../stage/http.ts";
import { nothing } from "../stage/lies.ts";
import { startScrip } from "../stage/running-scrip.ts";
import { scripCommand } from "../stage/scrip-command.ts";
import { stockCards, type Stock } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { spoilAt, spoilBehind, spoilBytes } from "./spoil.ts";

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
const holder = "ann of the deep";
let salt: string;
/** Ids of records in the card store: the wallet of a bound card, that card, and the sale's operation. */
let walletId: string;
let boundCardId: string;
let opId: string;
/** Under which the seed of the replacement's code is kept. */
let seedId: string;

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
  const bind = { code: stock.codes[1], holder };
  const binding = { ...asked, idempotencyKey: "bind", body: bind };
  const bound = (await expectStatus(`${url}/v1/bindings`, binding, 200)).json;
  const replaced = await expectStatus(
    `${url}/v1/write-offs?waitFor=committed&timeoutMs=20000`,
    { ...asked, idempotencyKey: "two", body: { ...body, tenders: [{ code: stock.codes[2] }] } },
    200,
  );
  const other = replaced.json.operation.cards[0].cardId;
  const order = { key: keys.issuer, idempotencyKey: "replace", body: {} };
  const waited = "replace?waitFor=committed&timeoutMs=20000";
  await expectStatus(`${url}/v1/cards/${other}/${waited}`, order, 200);
  await scrip.stop();
  ({ chainId } = JSON.parse(readFileSync(join(original, "scrip.json"), "utf8")));
  const store = openFollowerStore({ directory: join(original, "follower"), chainId });
  const index = store.indexOfEvent(lastEventId) ?? 0;
  sale = { index, entry: store.entry(index)?.slice() ?? new Uint8Array(0) };
  genesisHash = leafHash(hash, store.entry(0) ?? new Uint8Array(0));
  const key = leafKey(hash, "card", parseCardId(cardId) ?? ("" as never));
  leaf = { key, state: store.leaf(key)?.slice() ?? new Uint8Array(0) };
  await store.close();
  opId = eventIn(sale.entry)?.event.opId ?? "";
  boundCardId = parseCardId(bound.operation.cardId) ?? "";
  const vault = openHolderVault({ directory: join(original, "holders"), chainId });
  const own = await vault.find(holder);
  [salt, walletId] = [own?.salt ?? "", own?.walletId ?? ""];
  await vault.close();
  const files = readdirSync(join(original, "batches", "keys"));
  const keyFile = `${stock.batchId.replace("batch_", "")}.key`;
  seedId = files.find((name) => name !== keyFile)?.replace(".key", "") ?? "";
});
afterAll(() => directory.remove());

function copy(): { path: string; file: (...parts: string[]) => string } {
  copies += 1;
  const path = join(directory.path, `copy-${copies}`);
  cpSync(original, path, { recursive: true });
  return { path, file: (...parts) => join(path, ...parts) };
}

const batchOf = ({ batchId }: Stock): string => batchId.replace("batch_", "");

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
      expect(out).toMatch(/^ledger\/store +height \d+, \d+ entries, \d+ states, 22 cards; /);
      expect(out).toMatch(/\ncards +22 cards and \d+ operations compared\n/);
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

  it("names scrip.json when one bit of what it says is turned over, and so does a start", async () => {
    for (const text of [chainId, `"shards": 16`, `"check": "`, `"chainId"`]) {
      const { path, file } = copy();
      expect(spoilBytes(file("scrip.json"), Buffer.from(text))).toBe(1);
      const { code, err } = await deep(path);
      expect(err).toMatch(/^scrip: .*scrip\.json (is not what was written|does not say which)/);
      expect(code).toBe(1);
      expect(() => openDataDirectory(path)).toThrow(/scrip\.json/);
    }
  });

  it("names a batch's key file that does not open its seed", async () => {
    const { path, file } = copy();
    spoilAt(file("batches", "keys", `${stock.batchId.replace("batch_", "")}.key`), -30);
    await expectNamed(path, /DAMAGED batches: .*key file .*\.key is not what was written/);
  });

  it("names the seed of a replacement's code that does not open", async () => {
    const keyFile = copy();
    spoilAt(keyFile.file("batches", "keys", `${seedId}.key`), -30);
    const about = `DAMAGED batches: SEED ${seedId} of a replacement's code`;
    await expectNamed(keyFile.path, new RegExp(`${about}: key file .*is not what was written`));
    const sealed = copy();
    const behind = spoilBehind(sealed.file("batches", "data.mdb"), fromHex(seedId), 30);
    expect(behind).toBeGreaterThan(0);
    await expectNamed(sealed.path, new RegExp(`${about}: it is not what was written`));
  });

  it("names the record of a holder, and tells nobody whose it is", async () => {
    for (const bytes of [fromHex(salt), Buffer.from(holder, "utf16le")]) {
      const { path, file } = copy();
      expect(spoilBytes(file("holders", "data.mdb"), bytes)).toBeGreaterThan(0);
      await expectNamed(path, /DAMAGED holders: HOLDER record \d: it is not what was written/);
      expect((await deep(path)).out).not.toContain(holder);
    }
    const { path, file } = copy();
    rmSync(file("holders"), { recursive: true });
    await expectNamed(path, /DAMAGED holders: STORE it: it is missing/);
  });

  it("names an API key whose record was changed, and one in keys.json that is nobody's", async () => {
    const { acceptor: key } = JSON.parse(readFileSync(join(original, "keys.json"), "utf8"));
    const keyHash = createHash("sha256").update(key).digest();
    const own = copy();
    const record = Buffer.from(`"keyHash":"${keyHash.toString("hex")}"`);
    expect(spoilBytes(own.file("callers", "data.mdb"), record)).toBeGreaterThan(0);
    await expectNamed(
      own.path,
      /DAMAGED callers: KEY key_[0-9a-f]{32}: it is not what was written/,
    );
    const index = copy();
    expect(spoilBytes(index.file("callers", "data.mdb"), keyHash)).toBeGreaterThan(0);
    await expectNamed(index.path, /DAMAGED callers: KEY_INDEX 68[0-9a-f]{64}: it is not what was/);
    const local = copy();
    const text = readFileSync(local.file("keys.json"), "utf8");
    const other = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
    writeFileSync(local.file("keys.json"), text.replace(key, other));
    await expectNamed(local.path, /FILE .*keys\.json: its key of the acceptor is none that the/);
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

  it("names a look-up of the follower that is not what was written", async () => {
    for (const id of [fromHex(lastEventId), fromHex(opId), fromHex(boundCardId)]) {
      const { path, file } = copy();
      // An id in a record of look-ups stands behind its length.
      const known = concat(Uint8Array.of(id.length), id);
      expect(spoilBehind(file("follower", "data.mdb"), known, 3)).toBeGreaterThan(0);
      await expectNamed(
        path,
        /DAMAGED follower: .* record of look-ups from entry \d+ on is not wh/,
      );
    }
    for (const name of ["acceptor:store-1", "program:deep", `batch:${batchOf(stock)}`]) {
      const entry = copy();
      const key = concat(Buffer.from(name), new Uint8Array(5));
      expect(spoilBytes(entry.file("follower", "data.mdb"), key)).toBeGreaterThan(0);
      await expectNamed(entry.path, /DAMAGED follower: INDEX (list|look-ups)/);
      const posting = copy();
      expect(spoilBehind(posting.file("follower", "data.mdb"), key, 4)).toBeGreaterThan(0);
      await expectNamed(posting.path, new RegExp(`INDEX list ${name}: .* is not what was written`));
    }
  });

  it.each<readonly [string, () => Uint8Array, number, RegExp]>([
    [
      "an outcome",
      () => concat(Uint8Array.of(1, 0, 1), fromHex(lastEventId)),
      20,
      /DAMAGED cards: KEY [0-9a-f]{64}: it is not what was written/,
    ],
    [
      "the card of a wallet",
      () => concat(fromHex(walletId), fromHex(boundCardId)),
      -1,
      /DAMAGED cards: WALLET entry of card_[0-9a-f]{40}: it is not what was written/,
    ],
    [
      "the card of a batch",
      () => concat(fromHex(batchOf(stock)), fromHex("00")),
      20,
      /DAMAGED cards: BATCH entry of card_[0-9a-f]{40}: it is not what was written/,
    ],
    [
      "a claim",
      () => Buffer.from("program:deep"),
      -1,
      /DAMAGED cards: CLAIM ".*": it is not what was written/,
    ],
  ])("names %s that the ledger knows nothing of", async (_, bytes, behind, reason) => {
    const { path, file } = copy();
    expect(spoilBehind(file("cards", "data.mdb"), bytes(), behind)).toBeGreaterThan(0);
    await expectNamed(path, reason);
  });

  it("names an event in the outbox whose bytes were changed", async () => {
    const { path, file } = copy();
    const bytes = Buffer.from("an event that waits in the outbox");
    const { shards } = JSON.parse(readFileSync(file("scrip.json"), "utf8"));
    const begin = () => {
      throw new Error("the store is there");
    };
    const place = { directory: file("cards"), chainId, shards, streamStart: begin };
    const cards = await openCardStore(place);
    const events = [{ eventId: toHex(leafHash(hash, bytes)), bytes }];
    await cards.save({ ...nothing, shard: 3, events });
    await cards.close();
    const { code, out } = await deep(path);
    expect(out).toMatch(/not on the ledger yet: shard 3 \(1 events\)/);
    expect(code).toBe(0);
    expect(spoilBytes(file("cards", "data.mdb"), bytes)).toBeGreaterThan(0);
    await expectNamed(path, /DAMAGED cards: STREAM shard 3: .* but its bytes hash to /);
  });

  it("takes no policy that it cannot read", async () => {
    const { path, file } = copy();
    appendFileSync(file("policy.txt"), "nonsense\n");
    const { code, out, err } = await deep(path);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^scrip: cannot read the policy in .*policy\.txt: .*nonsense/);
  });
});
