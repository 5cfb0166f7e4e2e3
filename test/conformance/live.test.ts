import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { SparseMerkleTree } from "@fuel-ts/merkle";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { concurrently } from "../stage/concurrently.ts";
import { expectStatus } from "../stage/http.ts";
import { startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { openProgram, stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { goTool } from "./go-tool.ts";
import { mapOfLog } from "./map-of-log.ts";

const cards = 120;
const atOnce = 8;
const directory = temporaryDirectory("live");
let scrip: RunningScrip;
let tool: Awaited<ReturnType<typeof goTool>>;
/** Checkpoints as they were served on the way. */
const past: { readonly size: number; readonly root: string }[] = [];

beforeAll(async () => {
  [scrip, tool] = await Promise.all([startScrip(directory.path), goTool()]);
  await noteCheckpoint();
  await operate();
  await settle();
  await noteCheckpoint();
});
afterAll(async () => {
  await scrip.stop();
  directory.remove();
});

async function checkpoint(): Promise<{ size: number; root: string; text: string }> {
  const { text } = await expectStatus(`${scrip.url}/checkpoint`, {}, 200);
  const [, size, root = ""] = text.split("\n");
  return { size: Number(size), root, text };
}

async function noteCheckpoint(): Promise<void> {
  const { size, root } = await checkpoint();
  past.push({ size, root });
}

/** A few hundred operations of every kind. */
async function operate(): Promise<void> {
  const { url, keys } = scrip;
  const { codes } = await stockCards(scrip, { programId: "live", count: cards, faceValue: 1_000 });
  await noteCheckpoint();
  await openProgram(scrip, { programId: "live-points", kind: "POINTS" });
  const post = (path: string, key: string, name: string, body: object) =>
    expectStatus(`${url}${path}`, { key, idempotencyKey: `live ${name}`, body }, 200);
  await concurrently(codes, atOnce, async (code, index) => {
    const sale = { acceptor: "store-1", amount: 100, tenders: [{ code }] };
    const sold = await post("/v1/write-offs", keys.acceptor, `sale ${index}`, sale);
    const holder = `h-${index % 10}`;
    const grant = { programId: "live-points", holder, amount: 50 };
    await post("/v1/points-grants", keys.issuer, `grant ${index}`, grant);
    if (index % 20 === 0) await noteCheckpoint();
    if (index % 3 === 0) {
      const at = `/v1/write-offs/${sold.json.operation.id}/refund`;
      await post(at, keys.acceptor, `refund ${index}`, { amount: 40 });
    }
    if (index % 4 === 0)
      await post("/v1/bindings", keys.acceptor, `bind ${index}`, { code, holder });
  });
  for (let wallet = 0; wallet < 10; wallet += 1) {
    const tenders = [{ wallet: `h-${wallet}`, programId: "live-points" }];
    const sale = { acceptor: "store-2", amount: 120, unit: "PTS", tenders };
    await post("/v1/write-offs?waitFor=committed", keys.acceptor, `lots ${wallet}`, sale);
  }
}

/** Until everything accepted is on the ledger: from then on it stands still. */
async function settle(): Promise<void> {
  const { url, keys } = scrip;
  const at = `${url}/v1/ledger/status`;
  while ((await expectStatus(at, { key: keys.operator }, 200)).json.lag.outboxDepth > 0);
}

describe("the running system, audited with tools that are not ours", () => {
  it("holds for Go's sumdb packages: checkpoint, every entry, every inclusion, and every size before", async (context) => {
    if (typeof tool !== "string") {
      if (process.env["CI"] === "true") throw new Error(tool.missing);
      return context.skip(tool.missing);
    }
    const policy = readFileSync(join(directory.path, "policy.txt"), "utf8").split("\n");
    const { size, root } = await checkpoint();
    const [logKey = ""] = policy.flatMap((line) => /^log (\S+)$/.exec(line)?.[1] ?? []);
    const witnesses = policy.flatMap((line) => /^witness \S+ (\S+)$/.exec(line)?.[1] ?? []);
    expect(witnesses).toHaveLength(4);
    const sizes = [...new Set(past.map((one) => one.size))];
    expect(sizes.length).toBeGreaterThan(3);
    const args = ["-url", scrip.url, "-vkey", logKey, "-token", scrip.keys.regulator];
    args.push("-sizes", sizes.join(","));
    for (const witness of witnesses) args.push("-witness", witness);
    for (const one of past) args.push("-past", `${one.size}:${one.root}`);
    const run = promisify(execFile);
    const counts: unknown = JSON.parse((await run(tool, args)).stdout);
    expect(counts).toMatchObject({
      size,
      root,
      cosignatures: 4,
      leafHashes: size,
      entries: size,
      inclusions: size,
      consistency: sizes.length,
      past: sizes.length,
    });
    expect(size).toBeGreaterThan(300);
    const [first] = past;
    const wrong = `${first?.size}:${root}`;
    await expect(run(tool, [...args, "-past", wrong])).rejects.toThrow("does not extend");
    const stranger = [...args, "-token", scrip.keys.acceptor];
    await expect(run(tool, stranger)).rejects.toThrow("403");
  });

  it("has the map root that @fuel-ts/merkle computes from the leaves of its log", async () => {
    const leaves = await mapOfLog(scrip);
    const theirs = new SparseMerkleTree();
    for (const { key, value } of leaves) theirs.update(hex(key), hex(value));
    const status = await expectStatus(
      `${scrip.url}/v1/ledger/status`,
      { key: scrip.keys.regulator },
      200,
    );
    expect(leaves.length).toBeGreaterThan(2 * cards);
    expect(theirs.root).toBe(`0x${status.json.mapRoot}`);
  });
});

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString("hex")}`;
