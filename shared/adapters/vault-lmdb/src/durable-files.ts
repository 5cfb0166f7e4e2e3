import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const directoryMode = 0o700;
const fileMode = 0o600;

/** Makes a directory, and those above it, for its owner alone; each is there after a power cut. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: directoryMode });
  if (first === undefined) return;
  // A directory's own entry stands in the one above it.
  const top = dirname(resolve(first));
  for (let at = resolve(path); at !== top; at = dirname(at)) syncNow(dirname(at));
}

function syncNow(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the names in a directory durable: those that came and those that went. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Writes a file that must not be there yet; its bytes are durable, its name is not before its directory is synced. */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  await writeSynced(path, "wx", bytes);
}

/** Writes over the bytes of a file that is there, durably. */
export async function overwrite(path: string, bytes: Uint8Array): Promise<void> {
  await writeSynced(path, "r+", bytes);
}

async function writeSynced(path: string, flags: "wx" | "r+", bytes: Uint8Array): Promise<void> {
  const file = await open(path, flags, fileMode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
