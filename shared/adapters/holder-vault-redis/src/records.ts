import { createHmac } from "node:crypto";
import type { HolderIdentity } from "@scrip/ports";
import { broken, corrupt } from "./faults.ts";
import { holderUnitsMax } from "./limits.ts";

/** Says to whom the database belongs; no holder's key begins like it. */
export const aboutKey = "about";
export const holderKeys = "h:*";
const prefix = Buffer.from("h:");
const walletIdBytes = 20;
const saltBytes = 32;
/** Bytes of the check that stands before each record: what was changed by accident is never served. */
const checkBytes = 8;

/** The UTF-16 units themselves: two references are the same only if every unit is, well-formed or not. */
export function keyOf(holder: string): Buffer {
  if (holder.length === 0 || holder.length > holderUnitsMax) {
    throw broken(`a reference of ${holder.length} UTF-16 units`);
  }
  return Buffer.concat([prefix, Buffer.from(holder, "utf16le")]);
}

export function recordOf(key: Buffer, { walletId, salt }: HolderIdentity): Buffer {
  const body = Buffer.from(walletId + salt, "hex");
  const exact = identityIn(body);
  if (exact.walletId !== walletId || exact.salt !== salt || exact.salt.length !== 2 * saltBytes) {
    throw broken("an identity is 20 and 32 bytes in lower-case hex");
  }
  return Buffer.concat([checkOf(key, body), body]);
}

/** @throws PortError CORRUPT for what is not what was written */
export function identityOf(key: Buffer, record: Buffer): HolderIdentity {
  const body = record.subarray(checkBytes);
  const sound = checkOf(key, body).equals(record.subarray(0, checkBytes));
  if (sound && body.length === walletIdBytes + saltBytes) return identityIn(body);
  throw corrupt("a record is not what was written");
}

const identityIn = (body: Buffer): HolderIdentity => ({
  walletId: body.toString("hex", 0, walletIdBytes),
  salt: body.toString("hex", walletIdBytes),
});

// Over the key too, so that a body never passes under another key.
const checkOf = (key: Buffer, body: Buffer): Buffer =>
  createHmac("sha256", key).update(body).digest().subarray(0, checkBytes);
