import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeBundle } from "@scrip/merkle-log";
import { generateKey, writeKeyFile } from "@scrip/signing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, expectStatus } from "../stage/http.ts";
import { startInVain, startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { stockCards, type Stock } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { spoilAt, spoilBytes } from "./spoil.ts";

const directory = temporaryDirectory("tamper");
const original = join(directory.path, "original");
let copies = 0;
let stock: Stock;
/** The log as it was served before anybody touched it. */
let entries: readonly Uint8Array[];
let leafHashes: Uint8Array;
let eventId: string;
let cardId: string;
/** What `told` was before. */
let before: unknown;

beforeAll(async () => {
  const scrip = await startScrip(original);
  const { url, keys } = scrip;
  stock = await stockCards(scrip, { programId: "tamper", count: 20, faceValue: 100 });
  const body = { acceptor: "store-1", amount: 1, tenders: [{ code: stock.codes[0] }] };
  const asked = { key: keys.acceptor, idempotencyKey: "tamper", body };
  const sale = `${url}/v1/write-offs?waitFor=committed&timeoutMs=20000`;
  const sold = (await expectStatus(sale, asked, 200)).json;
  ({ eventId } = sold);
  cardId = sold.operation.cards[0].cardId;
  const [, size] = (await ask(`${url}/checkpoint`)).text.split("\n");
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${keys.regulator}` };
    return new Uint8Array(await (await fetch(`${url}${path}`, { headers })).arrayBuffer());
  };
  entries = decodeBundle(await get(`/tile/entries/000.p/${size}`), Number(size));
  leafHashes = await get(`/tile/0/000.p/${size}`);
  before = await told(scrip);
  await scrip.stop();
});
afterAll(() => directory.remove());

/** A copy of the stopped data directory, to be spoiled. */
function copy(): { path: string; file: (...parts: string[]) => string } {
  copies += 1;
  const path = join(directory.path, `copy-${copies}`);
  cpSync(original, path, { recursive: true });
  return { path, file: (...parts) => join(path, ...parts) };
}

async function expectRefused(path: string, reason: RegExp): Promise<void> {
  const { code, out, err } = await startInVain(path);
  expect(out).toBe("");
  expect(err).toMatch(/^scrip: [^\n]+\n$/);
  expect(err).toMatch(reason);
  expect(code).toBe(1);
}

const saleAt = (): Uint8Array => {
  const entry = entries.at(-2);
  if (entry === undefined) throw new Error("the log is empty");
  return entry;
};

describe("one bit of a stopped system's data", () => {
  it.each(["keys/writer.key", "keys/log.key", "ledger/validators/v3.key"])(
    "in %s is named at the next start",
    async (name) => {
      const { path, file } = copy();
      spoilAt(file(name), name.length % 2 === 0 ? 60 : -40);
      await expectRefused(path, new RegExp(`KEY_FILE_CORRUPT: key file .*${name}`));
    },
  );

  it("in keys.json is named at the next start, without a word of what it holds", async () => {
    const { path, file } = copy();
    spoilAt(file("keys.json"), 0);
    await expectRefused(path, /keys\.json cannot be read as JSON\n$/);
  });

  it("in the hashes of the ledger's log is named at the next start", async () => {
    for (const from of [5, leafHashes.length / 32 - 1]) {
      const { path, file } = copy();
      const leaf = leafHashes.subarray(32 * from, 32 * from + 32);
      expect(spoilBytes(file("ledger", "store", "data.mdb"), leaf)).toBeGreaterThan(0);
      await expectRefused(path, /the log at size \d+ is not the one of the query service's copy/);
    }
  });

  it("in an entry of the ledger stops a follower that reads it, which says so", async () => {
    const { path, file } = copy();
    expect(spoilBytes(file("ledger", "store", "data.mdb"), saleAt())).toBe(1);
    rmSync(file("follower"), { recursive: true });
    const scrip = await startScrip(path, { until: "ready" });
    const readiness = await settled(scrip);
    expect(readiness.status).toBe(503);
    expect(readiness.json.checks.ledger).toMatch(/^stopped: /);
    const proof = await ask(`${scrip.url}/v1/events/${eventId}/proof`);
    expect([proof.status, proof.json.code]).toEqual([503, "STORE_UNAVAILABLE"]);
    await scrip.stop();
  });

  it("in an entry that the query service keeps is an error to whoever asks for it", async () => {
    const { path, file } = copy();
    expect(spoilBytes(file("follower", "data.mdb"), saleAt())).toBe(1);
    const scrip = await startScrip(path);
    for (const asked of [`/v1/events/${eventId}`, `/v1/events/${eventId}/proof`]) {
      const { status, json } = await ask(`${scrip.url}${asked}`, { key: scrip.keys.regulator });
      expect([asked, status, json.code]).toEqual([asked, 500, "INTERNAL"]);
    }
    await scrip.stop();
  });

  it("in the policy is named at the next start", async () => {
    for (const line of ["log ", "witness v2 "]) {
      const { path, file } = copy();
      const at = readFileSync(file("policy.txt"), "latin1").indexOf(line) + line.length + 6;
      spoilAt(file("policy.txt"), at);
      await expectRefused(path, /policy\.txt, line \d+, trusts a key that is not the chain's/);
    }
  });

  it("in a batch's key file keeps its codes from being listed, and nothing else from working", async () => {
    const { path, file } = copy();
    spoilAt(file("batches", "keys", `${stock.batchId.replace("batch_", "")}.key`), -30);
    const scrip = await startScrip(path);
    const { url, keys } = scrip;
    const listed = await ask(`${url}/v1/batches/${stock.batchId}/codes`, { key: keys.issuer });
    expect([listed.status, listed.json.code]).toEqual([500, "INTERNAL"]);
    const body = { code: stock.codes[1], amount: 100 };
    expect((await ask(`${url}/v1/verify`, { body })).json.covered).toBe(true);
    await scrip.stop();
  });
});

describe("a lost part of a stopped system's data", () => {
  it.each([
    ["ledger/store", /the ledger's log is gone: the query service's copy .* had \d+ entries/],
    ["ledger", /the ledger's log is gone: the query service's copy .* had \d+ entries/],
    ["cards", /the store is an old copy/],
    ["ledger/validators/v0.key", /KEY_FILE_MISSING: key file .*v0\.key/],
    [
      "ledger/validators/v0.signed",
      /v0\.signed is missing: .*«scrip log resume --from CHECKPOINT»/,
    ],
    ["keys/writer.key", /KEY_FILE_MISSING: key file .*writer\.key/],
    ["keys/operator.key", /KEY_FILE_MISSING: key file .*operator\.key/],
    ["keys/receipts.key", /KEY_FILE_MISSING: key file .*receipts\.key/],
    ["keys/log.key", /KEY_FILE_MISSING: key file .*log\.key/],
  ])("is named at the next start: %s", async (name, reason) => {
    const { path, file } = copy();
    rmSync(file(name), { recursive: true });
    await expectRefused(path, reason);
    // Nothing was made in its place that another start would take for it.
    if (name.includes(".")) expect(existsSync(file(name))).toBe(false);
  });

  it("is named when ledger and query service's copy are both gone", async () => {
    const { path, file } = copy();
    for (const name of ["ledger", "follower"]) rmSync(file(name), { recursive: true });
    await expectRefused(path, /the ledger's log is gone: the card store.* has \d+ control events/);
    expect(existsSync(file("ledger", "validators"))).toBe(false);
  });

  it("is not made anew with another key of the same name", async () => {
    const { path, file } = copy();
    const { chainId } = JSON.parse(readFileSync(file("scrip.json"), "utf8"));
    rmSync(file("keys", "log.key"));
    await writeKeyFile(file("keys", "log.key"), generateKey(chainId));
    await expectRefused(path, /policy\.txt, line 1, trusts a key that is not the chain's/);
  });

  it("is made again from the ledger when it is the query service's copy, with the same answers", async () => {
    const { path, file } = copy();
    rmSync(file("follower"), { recursive: true });
    const scrip = await startScrip(path);
    expect((await settled(scrip)).status).toBe(200);
    expect(existsSync(file("follower", "data.mdb"))).toBe(true);
    expect(await told(scrip)).toEqual(before);
    await scrip.stop();
  });
});

/** Readiness once the follower has either caught up or stopped. */
async function settled(scrip: RunningScrip) {
  for (;;) {
    const answer = await ask(`${scrip.url}/readyz`);
    const { ledger } = answer.json.checks as { ledger: string };
    if (!/catching up|behind/.test(ledger)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What a system tells of its ledger; the time of cosignatures alone may differ. */
async function told({ url, keys }: RunningScrip): Promise<unknown> {
  const get = async (path: string) =>
    (await expectStatus(`${url}${path}`, { key: keys.regulator }, 200)).text;
  const { lag: _lag, ...status } = JSON.parse(await get("/v1/ledger/status"));
  const [origin, size, root] = (await get("/checkpoint")).split("\n");
  const proof = (await get(`/v1/events/${eventId}/proof`)).split("\n");
  return {
    status,
    checkpoint: [origin, size, root],
    card: JSON.parse(await get(`/v1/cards/${cardId}`)),
    history: JSON.parse(await get(`/v1/cards/${cardId}/history`)),
    event: JSON.parse(await get(`/v1/events/${eventId}`)),
    proof: proof.filter((line) => !line.startsWith("— ")),
    tile: await get(`/tile/0/000.p/${size}`),
    entries: await get(`/tile/entries/000.p/${size}`),
  };
}
