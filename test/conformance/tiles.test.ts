import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import {
  MemoryTree,
  encodeBundle,
  entriesPath,
  formatCheckpoint,
  formatNote,
  formatVkey,
  leafHash,
  parseTilePath,
  rootAt,
  tileBytes,
  tileExists,
  tilePath,
} from "@scrip/merkle-log";
import { cosigner, ed25519Signer, noteSigner, sha256Ed25519 } from "@scrip/signing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { goTool } from "./go-tool.ts";

const { hash } = sha256Ed25519;
const origin = "scrip.example/conformance";
const token = "sk_conformance";
const logKey = noteSigner(hash, ed25519Signer(origin, new Uint8Array(32).fill(1)));
const validators = [2, 3, 4].map((number) =>
  cosigner(hash, ed25519Signer(`validator.example/${number}`, new Uint8Array(32).fill(number))),
);

const sizes = [1, 2, 255, 256, 257, 1000, 70_000];
const entries = Array.from({ length: 70_000 }, (_, at) =>
  Buffer.from(`entry ${at} `.repeat(at % 5)),
);
const tree = new MemoryTree(
  hash,
  entries.map((entry) => leafHash(hash, entry)),
);

/** What the server says of the log, and what it gets wrong on purpose. */
interface Served {
  size: number;
  cosigners: typeof validators;
  /** Turns over one byte of the answer to this path. */
  spoiled: string | undefined;
  /** Paths that are gone. */
  gone: readonly string[];
}
let served: Served;

const server = createServer((request, response) => {
  const answer = answerTo(request);
  response.writeHead(answer instanceof Uint8Array ? 200 : answer);
  if (answer instanceof Uint8Array && request.url === served.spoiled) {
    response.end(answer.map((byte, at) => (at === answer.length - 1 ? byte ^ 1 : byte)));
  } else response.end(answer instanceof Uint8Array ? answer : undefined);
});

function answerTo(request: IncomingMessage): Uint8Array | number {
  const path = request.url ?? "";
  if (path === "/checkpoint") return checkpoint();
  const resource = parseTilePath(path);
  if (resource === undefined || served.gone.includes(path)) return 404;
  if (resource.kind === "hashes") {
    return tileExists(resource, served.size) ? tileBytes(tree.read, resource) : 404;
  }
  if (request.headers.authorization !== `Bearer ${token}`) return 401;
  const { index, width } = resource;
  if (!tileExists({ level: 0, index, width }, served.size)) return 404;
  return encodeBundle(entries.slice(index * 256, index * 256 + width));
}

function checkpoint(): Uint8Array {
  const root = rootAt(hash, tree.read, served.size);
  const text = formatCheckpoint({ origin, size: served.size, root, extensions: [] });
  const cosignatures = served.cosigners.map((one) => one.cosign(text, 1_700_000_000));
  return Buffer.from(formatNote({ text, signatures: [logKey.sign(text), ...cosignatures] }));
}

let tool: Awaited<ReturnType<typeof goTool>>;

beforeAll(async () => {
  tool = await goTool();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach((context) => {
  served = { size: 1000, cosigners: validators, spoiled: undefined, gone: [] };
  if (typeof tool === "string") return;
  if (process.env["CI"] === "true") throw new Error(tool.missing);
  context.skip(tool.missing);
});

async function check(...more: readonly string[]): Promise<unknown> {
  if (typeof tool !== "string") throw new Error(tool.missing);
  const { port } = server.address() as AddressInfo;
  const keys = validators.flatMap(({ key }) => ["-witness", formatVkey(key)]);
  const where = ["-url", `http://127.0.0.1:${port}`, "-vkey", formatVkey(logKey.key)];
  const args = [...where, ...keys, "-token", token, ...more];
  return JSON.parse((await promisify(execFile)(tool, args)).stdout);
}

describe("a log served as tiles, audited by Go's sumdb packages", () => {
  it.each(sizes)("holds at size %i", async (size) => {
    served.size = size;
    const older = sizes.filter((one) => one <= size);
    expect(await check("-sizes", older.join(","))).toMatchObject({
      origin,
      size,
      root: Buffer.from(rootAt(hash, tree.read, size)).toString("base64"),
      cosignatures: 3,
      leafHashes: size,
      entries: size,
      inclusions: size,
      consistency: older.length,
      bundles: Math.ceil(size / 256),
    });
  });

  it("holds when it is empty", async () => {
    served.size = 0;
    expect(await check()).toMatchObject({ size: 0, entries: 0, consistency: 0 });
  });

  it("holds around every power of two", async () => {
    served.size = 1000;
    expect(await check()).toMatchObject({ size: 1000, consistency: 29 });
  });

  it("holds when old partial tiles are gone and the full one is there", async () => {
    served.gone = [tilePath({ level: 0, index: 0, width: 255 })];
    expect(await check("-sizes", "255")).toMatchObject({ consistency: 1 });
  });

  it.each([
    ["a leaf hash", tilePath({ level: 0, index: 1, width: 256 }), "leaf hashes from"],
    ["an upper hash", tilePath({ level: 1, index: 0, width: 3 }), "leaf hashes from"],
    ["an entry", entriesPath({ index: 3, width: 232 }), "does not have the leaf hash"],
    ["the checkpoint", "/checkpoint", "open the checkpoint"],
    ["an older partial tile", tilePath({ level: 0, index: 0, width: 200 }), "check size 200"],
  ])("does not hold when one byte of %s is another", async (_, path, reason) => {
    served.spoiled = path;
    await expect(check("-sizes", "200")).rejects.toThrow(reason);
  });

  it("does not hold without the cosignature of a validator", async () => {
    served.cosigners = validators.slice(1);
    await expect(check()).rejects.toThrow("3 of 4 expected keys signed");
  });

  it("does not show entries without the token", async () => {
    await expect(check("-token", "sk_other")).rejects.toThrow("401");
    expect(await check("-token", "sk_other", "-no-entries")).toMatchObject({ entries: 0 });
  });
});
