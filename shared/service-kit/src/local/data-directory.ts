import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { PortError } from "@scrip/ports";
import { type Settings, settingsCheck } from "./settings-check.ts";

export type { Settings };

export interface DataDirectory {
  readonly path: (...parts: string[]) => string;
  readonly settings: Settings;
}

const format = 1;
const shards = 16;
const ownerOnlyDir = 0o700;

/**
 * Opens the data directory, or makes a new one.
 * @throws PortError NOT_OURS when it cannot be written, or was written by another format.
 */
export function openDataDirectory(root: string): DataDirectory {
  const path = (...parts: string[]) => join(root, ...parts);
  try {
    makeDirectory(root);
    const file = path("scrip.json");
    if (!existsSync(file)) createSettings(file);
    return { path, settings: readSettings(file) };
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PortError("NOT_OURS", `cannot use data directory ${root}: ${reason}`, { cause });
  }
}

/** Node's recursive mkdir never returns where a parent is there and takes no folders (`/proc`), so it is not asked there. */
function makeDirectory(root: string): void {
  if (existsSync(root)) return;
  mkdirSync(root, { recursive: !existsSync(dirname(root)), mode: ownerOnlyDir });
}

/** Put if absent: of two first starts at once both get the chain of the one that was first. */
function createSettings(file: string): void {
  const chainId = `scrip.local/${randomBytes(8).toString("hex")}`;
  const settings: Settings = { format, chainId, shards };
  const draft = `${file}.${process.pid}`;
  const checked = { ...settings, check: settingsCheck(settings) };
  writeFileSync(draft, `${JSON.stringify(checked, null, 2)}\n`, { flush: true });
  try {
    // A link fails where a rename would replace.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
  syncDirectory(dirname(file));
}

function readSettings(file: string): Settings {
  const settings = parsed(file);
  if (settings.format !== format) {
    throw new PortError(
      "NOT_OURS",
      `${file} is of format ${settings.format}, this program reads ${format}`,
    );
  }
  if (typeof settings.chainId !== "string" || settings.shards !== shards) {
    throw new PortError("NOT_OURS", `${file} does not describe a chain of ${shards} shards`);
  }
  const found = { format, chainId: settings.chainId, shards };
  if (settings.check === settingsCheck(found)) return found;
  throw new PortError("NOT_OURS", `${file} is not what was written; put back a copy of it`);
}

function parsed(file: string): Partial<Settings & { readonly check: string }> {
  const text = readFileSync(file, "utf8");
  try {
    return { ...JSON.parse(text) };
  } catch (cause) {
    throw new PortError("NOT_OURS", `${file} is not what was written; put back a copy of it`, {
      cause,
    });
  }
}

/** Writes a file whole or not at all; durable on return. */
export function replaceFile(file: string, content: string, mode = 0o644): void {
  const half = `${file}.new`;
  writeFileSync(half, content, { mode, flush: true });
  renameSync(half, file);
  syncDirectory(dirname(file));
}

/** The names in a directory survive a power cut only once it was synced. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
