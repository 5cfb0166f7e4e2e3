import { randomBytes } from "node:crypto";
import { link, open, readFile, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { seedBytes } from "../suites/ed25519.ts";
import type { KeyMaterial } from "./key-text.ts";
import { formatKeyText, keyFileBytesMax, parseKeyText } from "./key-text.ts";
import type { Signer } from "./signer.ts";
import { ed25519Signer } from "./signer.ts";

export type KeyFileErrorCode =
  "KEY_FILE_MISSING" | "KEY_FILE_EXISTS" | "KEY_FILE_CORRUPT" | "KEY_FILE_IO_FAILED";

/** A key file that cannot be used. The message names the file and never shows what is in it. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
  readonly code: KeyFileErrorCode;
  readonly path: string;

  constructor(code: KeyFileErrorCode, fault: { path: string; what: string; cause?: unknown }) {
    super(`${code}: key file ${fault.path}: ${fault.what}`, { cause: fault.cause });
    this.code = code;
    this.path = fault.path;
  }
}

/** A new key from the system's random source. */
export function generateKey(name: string): KeyMaterial {
  return { name, seed: Uint8Array.from(randomBytes(seedBytes)) };
}

/**
 * Writes a key file that only its owner can read. Durable once it resolves; a crash leaves either the
 * whole file or none under this name. Never replaces a file.
 * @throws KeyFileError `KEY_FILE_EXISTS` (nothing was changed) or `KEY_FILE_IO_FAILED` (look before
 * trying again: only the last step, making the name durable, may have failed).
 */
export async function writeKeyFile(path: string, key: KeyMaterial): Promise<void> {
  const text = formatKeyText(key);
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeDurably(draft, text);
    // A link fails if the name is taken, which a rename would not: two writers cannot both win.
    await link(draft, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    throw writeError(path, cause);
  } finally {
    // A draft that cannot be removed is as private as the key itself.
    await unlink(draft).catch(() => undefined);
  }
}

/**
 * Reads a key file and checks all of it.
 * @throws KeyFileError `KEY_FILE_MISSING`, `KEY_FILE_CORRUPT` or `KEY_FILE_IO_FAILED`.
 */
export async function readKeyFile(path: string): Promise<Signer> {
  const key = parseKeyText(await readText(path));
  if ("fault" in key) throw new KeyFileError("KEY_FILE_CORRUPT", { path, what: key.fault });
  return ed25519Signer(key.name, key.seed);
}

async function readText(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > keyFileBytesMax) return "";
    return await readFile(path, "utf8");
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") {
      throw new KeyFileError("KEY_FILE_MISSING", { path, what: "there is no such file", cause });
    }
    throw new KeyFileError("KEY_FILE_IO_FAILED", { path, what: "it cannot be read", cause });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function writeError(path: string, cause: unknown): KeyFileError {
  return codeOf(cause) === "EEXIST"
    ? new KeyFileError("KEY_FILE_EXISTS", { path, what: "there is a file already", cause })
    : new KeyFileError("KEY_FILE_IO_FAILED", { path, what: "it cannot be written", cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
