import { join } from "node:path";
import { type FollowerStore, PortError } from "@scrip/ports";
import { type CryptoSuite, KeyFileError, readKeyFile } from "@scrip/signing";
import { type NamedKey, toHex } from "@scrip/wire";
import { storedGenesis } from "../chain-start.ts";
import { LogTree } from "../log-tree.ts";
import { readSigned } from "../signed-tree.ts";
import { signedPath } from "../validator.ts";

/** A validator's file that is not what it has to be. */
export interface SigningFault {
  readonly file: string;
  readonly what: string;
}

/**
 * Looks at each validator's key and at what it signed last, beside the genesis and the log in the store. Changes nothing.
 * @throws PortError CORRUPT where there is no genesis to compare with
 */
export async function auditSigning({
  directory,
  store,
  suite,
}: {
  readonly directory: string;
  readonly store: FollowerStore;
  readonly suite: CryptoSuite;
}): Promise<SigningFault[]> {
  const genesis = storedGenesis(store);
  if (genesis === undefined) throw new PortError("CORRUPT", `${directory} holds no chain`);
  const folder = join(directory, "validators");
  const log = new LogTree(store, suite.hash);
  const faults: SigningFault[] = [];
  for (const validator of genesis.validators) {
    const signed = signedPath(folder, validator.name);
    const key = signed.replace(/signed$/, "key");
    const found = [
      { file: key, what: await keyFault(key, validator) },
      { file: signed, what: await signedFault(signed, log, validator.name) },
    ];
    for (const { file, what } of found) if (what !== null) faults.push({ file, what });
  }
  return faults;
}

async function keyFault(file: string, { name, publicKey }: NamedKey): Promise<string | null> {
  try {
    const key = await readKeyFile(file);
    if (key.name !== name) return `it is the key of ${key.name}, not of ${name}`;
    return toHex(key.publicKey) === publicKey ? null : `it is not the key that genesis names`;
  } catch (error) {
    if (error instanceof KeyFileError) return error.message;
    throw error;
  }
}

async function signedFault(file: string, log: LogTree, name: string): Promise<string | null> {
  try {
    const { newest, spoiled } = await readSigned(file);
    if (newest !== undefined) log.requireExtends(newest, name);
    if (spoiled > 0) return `${spoiled} of its two records cannot be read`;
    return newest === undefined ? "it is empty: what was signed last is not known" : null;
  } catch (error) {
    if (error instanceof PortError) return error.message;
    throw error;
  }
}
