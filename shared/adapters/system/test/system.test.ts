import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sha256Ed25519 } from "@scrip/signing";
import { keyFileSigner, SystemClock, SystemIdentity } from "../src/index.ts";

const name = "scrip.example/writer";
const message = new TextEncoder().encode("message");

describe("signer of a key file", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-system-"));
    path = join(directory, "writer.key");
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("makes the file on first use, for its owner alone, and reads it after", async () => {
    const first = await keyFileSigner(path, name);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const second = await keyFileSigner(path, name);
    expect(second.publicKey).toEqual(first.publicKey);
    expect(second).toMatchObject({ name, algorithm: "ed25519" });
    const signature = second.sign(message);
    const verified = sha256Ed25519.verify(first.publicKey, message, signature);
    expect(verified).toBe(true);
  });

  it("gives everybody who makes it at once the same key", async () => {
    const signers = await Promise.all(Array.from({ length: 8 }, () => keyFileSigner(path, name)));
    const keys = new Set(signers.map(({ publicKey }) => Buffer.from(publicKey).toString("hex")));
    expect(keys.size).toBe(1);
  });

  it("makes none where a chain names the key already", async () => {
    await expect(keyFileSigner(path, name, { mayMake: false })).rejects.toMatchObject({
      code: "NOT_OURS",
      message: `KEY_FILE_MISSING: key file ${path}: there is no such file`,
    });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
    await keyFileSigner(path, name);
    expect(await keyFileSigner(path, name, { mayMake: false })).toMatchObject({ name });
  });

  it("refuses the key of another name", async () => {
    await keyFileSigner(path, name);
    await expect(keyFileSigner(path, "scrip.example/other")).rejects.toMatchObject({
      code: "NOT_OURS",
      message: `key file ${path} is the key of ${name}, not of scrip.example/other`,
    });
  });

  it("refuses a damaged file by name, shows nothing of it and leaves it alone", async () => {
    await keyFileSigner(path, name);
    const text = await readFile(path, "utf8");
    const seed = /^seed (.*)$/m.exec(text)?.[1] ?? "";
    const damaged = text.replace(seed, `A${seed.slice(1)}`).replace(/^checksum .*$/m, "checksum 0");
    await writeFile(path, damaged);
    const refused = await keyFileSigner(path, name).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "CORRUPT", message: expect.stringContaining(path) });
    expect(inspect(refused, { depth: null })).not.toContain(seed.slice(1));
    expect(await readFile(path, "utf8")).toBe(damaged);
  });

  it("says when the file cannot be made", async () => {
    const below = join(directory, "nowhere", "writer.key");
    await expect(keyFileSigner(below, name)).rejects.toMatchObject({
      code: "NOT_OURS",
      message: expect.stringContaining(below),
    });
  });
});

describe("chance of the system", () => {
  const identity = new SystemIdentity();

  it("gives as many bytes as asked for, never the same twice", () => {
    for (const count of [1, 20, 32, 65_536]) expect(identity.randomBytes(count).length).toBe(count);
    const drawn = Array.from({ length: 1_000 }, () =>
      Buffer.from(identity.randomBytes(16)).toString("hex"),
    );
    expect(new Set(drawn).size).toBe(1_000);
  });

  it.each([0, -1, 1.5, Number.NaN, 65_537])("refuses to give %d bytes", (count) => {
    expect(() => identity.randomBytes(count)).toThrow(RangeError);
  });
});

it("the system's clock gives whole milliseconds since 1970", () => {
  const nowMs = new SystemClock().nowMs();
  expect(Number.isInteger(nowMs)).toBe(true);
  expect(nowMs).toBeGreaterThan(Date.UTC(2024, 0, 1));
});
