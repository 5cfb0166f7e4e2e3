import { type KeyRecord, readKey } from "../callers/key-book.ts";
import { changesPlace, placesBeside } from "../callers/places.ts";
import type { VaultOptions } from "../records/environment.ts";
import { lookThrough, notAsWritten, type VaultAudit, type VaultFault } from "./vault-audit.ts";

/** An audit that also knows which API keys there are, revoked ones too. */
export interface CallerAudit extends VaultAudit {
  /** SHA-256 of each key text, hex. */
  readonly keyHashes: ReadonlySet<string>;
}

/** First byte of a key's own record. */
const ownKind = "k".charCodeAt(0);

/**
 * Reads every record of the caller directory: each is what was written, and a key's own record and those that lead to
 * it tell the same.
 * @throws PortError NOT_OURS, CORRUPT
 */
export const auditCallerDirectory = (options: VaultOptions): Promise<CallerAudit> =>
  lookThrough("caller directory", options, (directory) => {
    const keys: KeyRecord[] = [];
    const beside = new Set<string>();
    const faults: VaultFault[] = [];
    let records = 0;
    for (const { key, body } of directory.all()) {
      records += 1;
      const isOwn = key[0] === ownKind;
      if (body === undefined) faults.push(damaged(key, isOwn));
      else if (isOwn) keys.push(readKey(body));
      else if (!key.equals(changesPlace)) beside.add(key.toString("hex"));
    }
    // Damage leaves records without their counterpart; only where there is none does that tell something of its own.
    if (faults.length === 0) faults.push(...unmatched(keys, beside));
    return { records, faults, keyHashes: new Set(keys.map(({ keyHash }) => keyHash)) };
  });

const damaged = (key: Buffer, isOwn: boolean): VaultFault => ({
  about: isOwn ? "KEY" : "KEY_INDEX",
  id: key.toString("hex", isOwn ? 1 : 0),
  what: notAsWritten,
});

function unmatched(keys: readonly KeyRecord[], beside: Set<string>): VaultFault[] {
  const lacking = keys.flatMap((key): VaultFault[] => {
    const missing = placesBeside(key).filter((place) => !beside.delete(place.toString("hex")));
    const what = `${missing.length} of the records that lead to it are missing`;
    return missing.length === 0 ? [] : [{ about: "KEY", id: key.keyId, what }];
  });
  const left = [...beside].map((id): VaultFault => ({
    about: "KEY_INDEX",
    id,
    what: "the key it leads to is not there",
  }));
  return [...lacking, ...left];
}
