import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Caller, CallerDirectory, KeyOrder } from "@scrip/ports";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCallerDirectory } from "../src/index.ts";

const chainId = "scrip.example/test";
const revoker = new URL("revoke-in-process.ts", import.meta.url).pathname;
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const till: Caller = {
  participantId: "store-7",
  role: "ACCEPTOR",
  scope: { programs: "*", participants: [], holdersAct: false },
};
const order: KeyOrder = {
  keyId: "0a".repeat(16),
  keyHash: hashOf("a"),
  caller: till,
  madeAtMs: 1,
  bodyHash: hashOf("body"),
  follows: null,
};

describe("caller directory on LMDB", () => {
  let directory: string;
  let callers: CallerDirectory;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-callers-"));
    callers = openCallerDirectory({ directory, chainId });
  });
  afterEach(async () => {
    await callers.close();
    await rm(directory, { recursive: true });
  });

  it("finds a key no more that another process revoked, though it was at hand", async () => {
    await callers.make(order);
    expect(await callers.find(hashOf("a"))).toEqual(till);
    const args = ["--conditions=source", "--import", "tsx", revoker, directory, chainId];
    const { stdout } = await promisify(execFile)(process.execPath, [...args, order.keyId]);
    expect(stdout).toBe("REVOKED\n");
    expect(await callers.find(hashOf("a"))).toBeUndefined();
    expect(await callers.key(order.keyId)).toMatchObject({ revokedAtMs: 5_000 });
  });

  it("finds the callers of more keys than it keeps at hand", async () => {
    const many = Array.from({ length: 4_100 }, (_, at) => hashOf(`key ${at}`));
    await Promise.all(
      many.map((hash, at) => callers.add(hash, { ...till, participantId: `s-${at}` })),
    );
    for (let round = 0; round < 2; round += 1) {
      for (const [at, hash] of many.entries()) {
        expect((await callers.find(hash))?.participantId).toBe(`s-${at}`);
      }
    }
  });

  it("serves no record that was changed, whichever byte of it", async () => {
    await callers.make(order);
    await callers.close();
    const places = ["68" + order.keyHash, "6b" + order.keyId].map((hex) => Buffer.from(hex, "hex"));
    for (const place of places) {
      const whole = await raw(place);
      for (let at = 0; at < whole.length; at += 7) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        await raw(place, damaged);
        callers = openCallerDirectory({ directory, chainId });
        const refused = { code: "CORRUPT", message: expect.stringContaining("data.mdb") };
        await expect(callers.find(order.keyHash), `byte ${at}`).rejects.toMatchObject(refused);
        await callers.close();
      }
      await raw(place, whole);
    }
    callers = openCallerDirectory({ directory, chainId });
    expect(await callers.find(order.keyHash)).toEqual(till);
  });

  async function raw(key: Buffer, put?: Buffer): Promise<Buffer> {
    const root = open({ path: directory, maxDbs: 2 });
    const records = root.openDB<Buffer, Buffer>("records", {
      encoding: "binary",
      keyEncoding: "binary",
    });
    if (put !== undefined) await records.put(key, put);
    const found = Buffer.from(records.get(key) ?? []);
    await root.close();
    return found;
  }
});
