import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PortError } from "@scrip/ports";
import { generateKey, KeyFileError, readKeyFile, type Signer, writeKeyFile } from "@scrip/signing";

/**
 * Keys `v0.key` … of the local validators, named `<chain id>/v0` …
 * Missing ones are made when `mayMake`, each put in place whole and never replaced.
 * @throws PortError NOT_OURS for a key that is missing, cannot be used or is of another chain
 */
export async function validatorKeys(
  folder: string,
  { chainId, count, mayMake }: { chainId: string; count: number; mayMake: boolean },
): Promise<Signer[]> {
  await made(folder);
  const keys: Signer[] = [];
  for (let at = 0; at < count; at++) {
    const name = `${chainId}/v${at}`;
    const path = join(folder, `v${at}.key`);
    const key = await keyAt(path, name, mayMake);
    if (key.name !== name) throw notOurs(`${path} is the key of ${key.name}, not of ${name}`);
    keys.push(key);
  }
  return keys;
}

async function keyAt(path: string, name: string, mayMake: boolean): Promise<Signer> {
  try {
    return await readKeyFile(path);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    if (error.code !== "KEY_FILE_MISSING" || !mayMake) throw notOurs(error.message, error);
  }
  try {
    await writeKeyFile(path, generateKey(name));
    return await readKeyFile(path);
  } catch (error) {
    throw notOurs(`${path} cannot be made`, error);
  }
}

async function made(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notOurs(`${folder} cannot be made`, error);
  }
}

const notOurs = (message: string, cause?: unknown): PortError =>
  new PortError("NOT_OURS", `embedded ledger: ${message}`, { cause });
