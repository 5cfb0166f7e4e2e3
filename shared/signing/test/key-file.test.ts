import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  KeyFileError,
  generateKey,
  readKeyFile,
  sha256Ed25519,
  writeKeyFile,
} from "@scrip/signing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder = "";
let path = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scrip-key-"));
  path = join(folder, "writer.key");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((caught: unknown) => caught);
  return error instanceof KeyFileError ? error.code : `not refused: ${String(error)}`;
}

describe("key files", () => {
  it("give back the key that was written, which can sign", async () => {
    await writeKeyFile(path, generateKey("example.com/writer"));
    const [first, second] = [await readKeyFile(path), await readKeyFile(path)];
    const message = Buffer.from("message");
    expect(first).toMatchObject({ name: "example.com/writer", algorithm: "ed25519" });
    expect(first.keyId).toMatch(/^[0-9a-f]{8}$/);
    expect(sha256Ed25519.verify(second.publicKey, message, first.sign(message))).toBe(true);
  });

  it("are readable by their owner only, and leave no draft behind", async () => {
    await writeKeyFile(path, generateKey("k"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["writer.key"]);
  });

  it("are never replaced", async () => {
    await writeKeyFile(path, generateKey("k"));
    const before = await readFile(path, "utf8");
    expect(await codeOf(writeKeyFile(path, generateKey("k")))).toBe("KEY_FILE_EXISTS");
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await readdir(folder)).toEqual(["writer.key"]);
  });

  it("have one winner when several write at once", async () => {
    const keys = Array.from({ length: 8 }, () => generateKey("k"));
    const results = await Promise.allSettled(keys.map((key) => writeKeyFile(path, key)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await readKeyFile(path)).name).toBe("k");
    expect(await readdir(folder)).toEqual(["writer.key"]);
  });

  it("are missing by name", async () => {
    expect(await codeOf(readKeyFile(path))).toBe("KEY_FILE_MISSING");
    await expect(readKeyFile(path)).rejects.toThrow(path);
    expect(await codeOf(readKeyFile(folder))).toBe("KEY_FILE_IO_FAILED");
    expect(await codeOf(writeKeyFile(join(folder, "no", "k"), generateKey("k")))).toBe(
      "KEY_FILE_IO_FAILED",
    );
  });

  it("are refused when any one byte is another, and the error shows none of them", async () => {
    await writeKeyFile(path, generateKey("example.com/writer"));
    const whole = await readFile(path);
    const seed = /^seed (.*)$/m.exec(whole.toString())?.[1] ?? "no seed";
    for (let at = 0; at < whole.length; at++) {
      const garbled = Uint8Array.from(whole, (byte, place) => (place === at ? byte ^ 1 : byte));
      await writeFile(path, garbled);
      const error: unknown = await readKeyFile(path).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "KEY_FILE_CORRUPT", path });
      expect(String(error)).not.toContain(seed.slice(0, 12));
    }
  });

  it("are refused when cut short, empty, doubled, too long or with other line ends", async () => {
    await writeKeyFile(path, generateKey("k"));
    const text = await readFile(path, "utf8");
    const bad = [text.slice(0, -1), text.slice(0, 60), "", text + text, `${text}\n`];
    for (const one of [...bad, text.replaceAll("\n", "\r\n"), text + "x".repeat(5000)]) {
      await writeFile(path, one);
      expect(await codeOf(readKeyFile(path))).toBe("KEY_FILE_CORRUPT");
    }
  });

  it("are refused when the seed of another key was put in and the checksum mended", async () => {
    const other = join(folder, "other.key");
    await writeKeyFile(path, generateKey("k"));
    await writeKeyFile(other, generateKey("k"));
    const lineOf = (text: string, word: string): string =>
      text.split("\n").find((line) => line.startsWith(word)) ?? "";
    const [mine, theirs] = [await readFile(path, "utf8"), await readFile(other, "utf8")];
    const mixed = mine.replace(lineOf(mine, "seed"), lineOf(theirs, "seed"));
    const body = mixed.slice(0, mixed.lastIndexOf("checksum"));
    const sum = Buffer.from(sha256Ed25519.hash(Buffer.from(body))).toString("hex");
    await writeFile(path, `${body}checksum ${sum.slice(0, 16)}\n`);
    await expect(readKeyFile(path)).rejects.toThrow("its public key is not that of its seed");
  });

  it("are not written for a name that cannot be a key's", async () => {
    await expect(writeKeyFile(path, generateKey("two words"))).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual([]);
  });
});
