import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { type BatchId, batchId } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SeededIdentity } from "@scrip/testing";
import { openBatchVault } from "../src/index.ts";

const chainId = "scrip.example/test";
const [batch, other] = [batchId("0a".repeat(16)), batchId("0b".repeat(16))];
const identity = new SeededIdentity("secrets");
const newSeed = (): Uint8Array => identity.randomBytes(32);

describe("secrets of a batch vault", () => {
  let directory: string;
  let vault: BatchVault;
  const keyFile = (id: BatchId): string => join(directory, "keys", `${id}.key`);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-secrets-"));
    vault = await openBatchVault({ directory: join(directory, "."), chainId });
  });
  afterEach(async () => {
    await vault.close();
    await rm(directory, { recursive: true });
  });

  async function keyOf(id: BatchId): Promise<Buffer> {
    const text = await readFile(keyFile(id), "utf8");
    return Buffer.from(/^key ([0-9a-f]{64})$/m.exec(text)?.[1] ?? "", "hex");
  }

  /** Names of files that hold these bytes as they are, or in hex or base64. */
  async function filesWith(secret: Uint8Array): Promise<string[]> {
    const bytes = Buffer.from(secret);
    const forms = [bytes, bytes.toString("hex"), bytes.toString("base64").slice(0, -2)];
    const names = await readdir(directory, { recursive: true, withFileTypes: true });
    const found: string[] = [];
    for (const entry of names.filter((name) => name.isFile())) {
      const content = await readFile(join(entry.parentPath, entry.name));
      if (forms.some((form) => content.includes(form))) found.push(entry.name);
    }
    return found;
  }

  it("stand in no file but the key in its own, and after the wipe in none", async () => {
    const seed = newSeed();
    await vault.keep(batch, seed);
    const key = await keyOf(batch);
    expect(key.length).toBe(32);
    expect(await filesWith(seed)).toEqual([]);
    expect(await filesWith(key)).toEqual([`${batch}.key`]);
    await vault.wipe(batch);
    expect([await filesWith(seed), await filesWith(key)]).toEqual([[], []]);
    await vault.close();
    expect([await filesWith(seed), await filesWith(key)]).toEqual([[], []]);
    vault = await openBatchVault({ directory, chainId });
  });

  it("are for their owner alone", async () => {
    await vault.keep(batch, newSeed());
    expect((await stat(keyFile(batch))).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, "keys"))).mode & 0o777).toBe(0o700);
  });

  it("have a key of their own per batch", async () => {
    await vault.keep(batch, newSeed());
    await vault.keep(other, newSeed());
    expect(await keyOf(batch)).not.toEqual(await keyOf(other));
  });

  describe("after damage", () => {
    let seed: Uint8Array;
    beforeEach(async () => {
      seed = newSeed();
      await vault.keep(batch, seed);
    });

    /** The seed is not given, the error names the file and shows no secret; wiping still works. */
    async function expectCorrupt(file: string): Promise<void> {
      const key = (await keyOf(batch).catch(() => undefined))?.toString("hex") || "no key";
      for (const call of [() => vault.seed(batch), () => vault.keep(batch, newSeed())]) {
        const error: unknown = await call().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "CORRUPT", message: expect.stringContaining(file) });
        const shown = inspect(error, { depth: null });
        expect(shown).not.toContain(Buffer.from(seed).toString("hex"));
        expect(shown).not.toContain(key);
      }
    }

    it("of any byte of the key file, the seed is not served", async () => {
      const bytes = await readFile(keyFile(batch));
      for (const [at, byte] of bytes.entries()) {
        const damaged = Buffer.from(bytes);
        damaged[at] = byte ^ 1;
        await writeFile(keyFile(batch), damaged);
        await expect(vault.seed(batch), `byte ${at}`).rejects.toMatchObject({ code: "CORRUPT" });
      }
      await expectCorrupt(keyFile(batch));
      await vault.wipe(batch);
      expect(await vault.seed(batch)).toBe("WIPED");
    });

    it.each(["", "scrip batch key, version 1\n"])("to %j the seed is not served", async (left) => {
      await writeFile(keyFile(batch), left);
      await expectCorrupt(keyFile(batch));
    });

    it("a missing key file is no wipe", async () => {
      await rm(keyFile(batch));
      await expect(vault.seed(batch)).rejects.toMatchObject({
        code: "CORRUPT",
        message: `key file ${keyFile(batch)} is missing, and no wipe is on record`,
      });
      await vault.close();
      vault = await openBatchVault({ directory, chainId });
      await expect(vault.seed(batch)).rejects.toMatchObject({ code: "CORRUPT" });
      await vault.wipe(batch);
      expect(await vault.seed(batch)).toBe("WIPED");
    });

    it("a whole key file with another key opens nothing", async () => {
      const elsewhere = await mkdtemp(join(tmpdir(), "scrip-secrets-"));
      const stranger = await openBatchVault({ directory: elsewhere, chainId });
      await stranger.keep(batch, newSeed());
      await writeFile(keyFile(batch), await readFile(join(elsewhere, "keys", `${batch}.key`)));
      await expectCorrupt(keyFile(batch));
      await stranger.close();
      await rm(elsewhere, { recursive: true });
    });

    it("a key file of another batch opens nothing", async () => {
      await vault.keep(other, newSeed());
      await writeFile(keyFile(batch), await readFile(keyFile(other)));
      await expectCorrupt(keyFile(batch));
    });

    it("of any byte of the sealed seed, or in another batch's place, it is not served", async () => {
      await vault.keep(other, newSeed());
      await vault.close();
      const [ours, theirs] = [batch, other].map((id) => Buffer.from(id, "hex")) as [Buffer, Buffer];
      const sealed = await raw(ours);
      for (let at = 0; at < sealed.length; at += 1) {
        const damaged = Buffer.from(sealed);
        damaged[at] = (damaged[at] ?? 0) ^ 0x80;
        await raw(ours, damaged);
        vault = await openBatchVault({ directory, chainId });
        const refused = { code: "CORRUPT", message: expect.stringContaining("data.mdb") };
        await expect(vault.seed(batch), `byte ${at}`).rejects.toMatchObject(refused);
        await vault.close();
      }
      await raw(ours, await raw(theirs));
      vault = await openBatchVault({ directory, chainId });
      await expectCorrupt("data.mdb");
      await vault.wipe(batch);
      expect(await vault.seed(batch)).toBe("WIPED");
      expect(await vault.seed(other)).toBeInstanceOf(Uint8Array);
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

  // Root may read and write everywhere, so there it says nothing.
  it("that cannot be deleted are not called wiped", async (context) => {
    context.skip(process.getuid?.() === 0, "root may write and delete everywhere");
    await vault.keep(batch, newSeed());
    await chmod(join(directory, "keys"), 0o500);
    await expect(vault.wipe(batch)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await chmod(join(directory, "keys"), 0o700);
    await vault.wipe(batch);
    expect(await readdir(join(directory, "keys"))).toEqual([]);
  });
});
