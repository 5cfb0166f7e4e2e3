import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBatchVault } from "@scrip/vault-lmdb";
import { parseBatchId } from "@scrip/wire";
import { afterAll, expect, it } from "vitest";
import { concurrently } from "../stage/concurrently.ts";
import { ask, expectStatus } from "../stage/http.ts";
import { startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { confirmCodes, stockCards, type Stock } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";

const cards = 300;
const atOnce = 8;
const order = { programId: "secret", count: cards, faceValue: 1_000 };
const directory = temporaryDirectory("codes");
const dataDir = join(directory.path, "data");
const logFile = join(directory.path, "scrip.log");
const env = { SCRIP_LOG_LEVEL: "trace" };
let scrip: RunningScrip;

afterAll(async () => {
  await scrip.kill();
  directory.remove();
});

/** Every file below a directory. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile());
}

/** Every way in which a secret may be written: as bytes, in hex, in base64. */
function spellingsOf(secret: Buffer): Buffer[] {
  const hex = secret.toString("hex");
  // Base64 of bytes that stand somewhere within others begins at any of three offsets.
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), secret]).toString("base64");
    return text.slice(4, -4);
  });
  const url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [secret, ...[hex, hex.toUpperCase(), ...base64, ...url].map((text) => Buffer.from(text))];
}

/** Files in which a secret stands, each with what it is. */
function leaks(files: readonly string[], secrets: ReadonlyMap<string, readonly Buffer[]>) {
  return files.flatMap((file) => {
    const content = readFileSync(file);
    return [...secrets].flatMap(([what, spellings]) =>
      spellings.some((spelling) => content.includes(spelling)) ? [`${what} in ${file}`] : [],
    );
  });
}

/** Symbols of codes are looked for in windows: a code without hyphens, whatever its case, has 25 of them. */
function leakedCodes(files: readonly string[], codes: readonly string[]): string[] {
  const wanted = new Set(codes.map((code) => code.replaceAll("-", "")));
  const symbols = 25;
  return files.flatMap((file) => {
    const text = readFileSync(file, "latin1").toUpperCase();
    const found: string[] = [];
    for (const [run] of text.matchAll(/[0-9A-Z-]{25,}/g)) {
      const plain = run.replaceAll("-", "");
      for (let at = 0; at + symbols <= plain.length; at += 1) {
        if (wanted.has(plain.slice(at, at + symbols))) found.push(`a code in ${file}`);
      }
    }
    return found;
  });
}

/** The batch's seed and the key that it is sealed under, read as the system itself reads them. */
async function secretsOf(batchId: string): Promise<Map<string, readonly Buffer[]>> {
  const { chainId } = JSON.parse(readFileSync(join(dataDir, "scrip.json"), "utf8")) as {
    chainId: string;
  };
  const id = parseBatchId(batchId);
  if (id === null) throw new Error(`${batchId} is no batch id`);
  const vault = await openBatchVault({ directory: join(dataDir, "batches"), chainId });
  const seed = await vault.seed(id);
  await vault.close();
  if (!(seed instanceof Uint8Array)) throw new Error("the batch has no seed");
  const keyFile = readFileSync(keyFileOf(batchId), "latin1");
  const key = /^key ([0-9a-f]{64})$/m.exec(keyFile)?.[1];
  if (key === undefined) throw new Error("the key file holds no key");
  return new Map([
    ["the seed", spellingsOf(Buffer.from(seed))],
    ["the seed's key", spellingsOf(Buffer.from(key, "hex"))],
  ]);
}

const keyFileOf = (batchId: string): string =>
  join(dataDir, "batches", "keys", `${batchId.replace("batch_", "")}.key`);

it("are in no file and no log line of a run, nor are seed and key; before the confirmation the key file is exempt", async () => {
  scrip = await startScrip(dataDir, { env, logFile });
  const stock = await stockCards(scrip, order);
  expect(stock.codes).toHaveLength(cards);
  await useEverything(stock);
  expect(await scrip.stop()).toBe(0);
  const secrets = await secretsOf(stock.batchId);
  const keyFile = keyFileOf(stock.batchId);
  const others = filesBelow(directory.path).filter((file) => file !== keyFile);
  expect(others.length).toBeGreaterThan(20);
  expect(readFileSync(logFile, "utf8").split("\n").length).toBeGreaterThan(cards);
  // The search itself finds what is there.
  expect(leaks([keyFile], secrets)).toEqual([`the seed's key in ${keyFile}`]);
  expect(leaks(others, secrets)).toEqual([]);
  expect(leakedCodes([keyFile, ...others], stock.codes)).toEqual([]);

  scrip = await startScrip(dataDir, { env, logFile });
  await confirmCodes(scrip, { ...stock, count: cards });
  const at = `${scrip.url}/v1/batches/${stock.batchId}/codes`;
  for (const key of [scrip.keys.issuer, scrip.keys.operator, scrip.keys.regulator]) {
    expect([403, 410]).toContain((await ask(at, { key })).status);
  }
  await sellAll(stock, "after");
  expect(await scrip.stop()).toBe(0);
  const after = filesBelow(directory.path);
  expect(after).not.toContain(keyFile);
  expect(leaks(after, secrets)).toEqual([]);
  expect(leakedCodes(after, stock.codes)).toEqual([]);
});

it("would be found if they were there", () => {
  const code = "0123456789ABCDEFGHJKMNPQR";
  const hyphened = code.replaceAll(/(.{5})(?=.)/g, "$1-");
  const place = temporaryDirectory("found");
  for (const [name, text] of Object.entries({
    plain: `x${code}y`,
    hyphened: `{"code":"${hyphened}"}`,
    small: hyphened.toLowerCase(),
  })) {
    writeFileSync(join(place.path, name), text);
  }
  expect(leakedCodes(filesBelow(place.path), [hyphened])).toHaveLength(3);
  const secret = Buffer.from("0123456789abcdef0123456789abcdef");
  writeFileSync(
    join(place.path, "base64"),
    Buffer.concat([Buffer.from("ab"), secret]).toString("base64"),
  );
  const file = join(place.path, "base64");
  expect(leaks([file], new Map([["it", spellingsOf(secret)]]))).toEqual([`it in ${file}`]);
  place.remove();
});

/** All that a code can come to, right and wrong. */
async function useEverything(stock: Stock): Promise<void> {
  await sellAll(stock, "before");
  const { url, keys } = scrip;
  await concurrently(stock.codes, atOnce, async (code, card) => {
    await ask(`${url}/v1/verify`, { body: { code, amount: 5 } });
    const idempotencyKey = `secret bind ${card}`;
    const body = { code, holder: `h-${card}` };
    if (card % 3 === 0) {
      const bind = { key: keys.acceptor, idempotencyKey, body };
      await expectStatus(`${url}/v1/bindings`, bind, 200);
    }
  });
  await concurrently(stock.codes.slice(0, 40), atOnce, (code, card) => misplace(code, card));
}

/** A code where none belongs: in paths, queries, keys, references of every kind, broken bodies, wrong types. */
async function misplace(code: string, card: number): Promise<void> {
  const { url, keys } = scrip;
  const plain = code.replaceAll("-", "");
  const key = keys.acceptor;
  const wrong = code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
  const sale = { acceptor: "store-1", amount: 5, tenders: [{ code }] };
  const at = `${url}/v1/write-offs`;
  const asked: [string, Parameters<typeof ask>[1]][] = [
    [`${url}/v1/cards/${code}`, { key: keys.regulator }],
    [`${url}/v1/cards/${plain}/history?cursor=${plain}`, { key: keys.regulator }],
    [`${url}/v1/events/${code}/proof`, {}],
    [`${url}/v1/${code}`, {}],
    [`${url}/v1/verify?code=${code}`, { body: { code } }],
    [`${url}/v1/verify`, { body: { code: wrong } }],
    [`${url}/v1/verify`, { body: { cardId: code } }],
    [`${url}/v1/verify`, { body: { code, [code]: 1 } }],
    [at, { key, idempotencyKey: `secret a ${card}`, body: { ...sale, [code]: code } }],
    [at, { key, idempotencyKey: `secret b ${card}`, body: { ...sale, acceptor: code } }],
    [at, { key, idempotencyKey: `secret c ${card}`, body: { ...sale, unit: code } }],
    [at, { key, idempotencyKey: `secret d ${card}`, body: `{"code":"${code}",` }],
    [at, { key, idempotencyKey: `secret e ${card}`, body: { ...sale, amount: code } }],
    [at, { key, idempotencyKey: `secret f ${card}`, body: { ...sale, amount: 9_999 } }],
    [at, { key, idempotencyKey: `secret g ${card}`, body: { tenders: [{ code: wrong }] } }],
    [at, { key, body: sale }],
    [at, { key: code, idempotencyKey: `secret h ${card}`, body: sale }],
    [`${at}?waitFor=${code}`, { key, idempotencyKey: `secret i ${card}`, body: sale }],
    [`${url}/v1/wallets/${code}`, { key }],
  ];
  for (const [where, what] of asked) {
    const { status, text } = await ask(where, what);
    expect([where.replace(code, "…"), status < 500]).toEqual([where.replace(code, "…"), true]);
    // Whoever invents a field is told its name; that answer goes to the one who sent it, and is kept nowhere.
    const told = text.replaceAll(`/${code}`, "");
    expect(told.toUpperCase().replaceAll("-", "")).not.toContain(plain);
  }
}

async function sellAll({ codes }: Stock, when: string): Promise<void> {
  const { url, keys } = scrip;
  await concurrently(codes, atOnce, async (code, card) => {
    const idempotencyKey = `secret ${when} ${card}`;
    const body = { acceptor: "store-1", amount: 10, tenders: [{ code }] };
    const asked = { key: keys.acceptor, idempotencyKey, body };
    // Bound cards do not spend by their code any more.
    await expectStatus(`${url}/v1/write-offs`, asked, 200, 409);
  });
}
