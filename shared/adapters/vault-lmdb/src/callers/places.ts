import { createHash } from "node:crypto";
import { type ApiKey, type Caller, plainCaller } from "@scrip/ports";
import { broken } from "../faults.ts";

/*
 * Where the directory's records stand: one byte says of what kind a record is, then the name of what it is about.
 */

const hashForm = /^[0-9a-f]{64}$/;
const idForm = /^[0-9a-f]{32}$/;
const idBytes = 16;
const numberBytes = 8;

const place = (kind: string, ...name: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(kind, "latin1"), ...name]);

/** Key id by hash. What is no hash might be the API key itself; it is neither stored nor named. */
export function hashPlace(hash: string): Buffer {
  if (!hashForm.test(hash)) {
    throw broken("caller directory: a key hash is SHA-256 in lower-case hex");
  }
  return place("h", Buffer.from(hash, "hex"));
}

/** The key's own record, by its id. */
export const keyPlace = (keyId: string): Buffer => place("k", idOf(keyId));

/** Key id by its number in the order in which keys came. */
export const numberPlace = (number: number): Buffer => place("n", numberBody(number));

/** An active key of a caller. */
export const activePlace = (caller: Caller, keyId: string): Buffer =>
  place("a", callerHash(caller), idOf(keyId));

/** All active keys of a caller. */
export const activeRange = (caller: Caller): readonly [Buffer, Buffer] => {
  const all = place("a", callerHash(caller));
  return [all, Buffer.concat([all, Buffer.alloc(idBytes + 1, 0xff)])];
};

/** An active key of role OPERATOR. */
export const operatorPlace = (keyId: string): Buffer => place("o", idOf(keyId));
/** All active keys of role OPERATOR. */
export const operatorRange: readonly [Buffer, Buffer] = [place("o"), place("p")];

/** Everything that stands beside a key's own record: what leads to it, and while it is active what counts it. */
export const placesBeside = (key: ApiKey & { keyHash: string; number: number }): Buffer[] => [
  hashPlace(key.keyHash),
  numberPlace(key.number),
  ...(key.revokedAtMs === null ? [activePlace(key.caller, key.keyId)] : []),
  ...(key.revokedAtMs === null && key.caller.role === "OPERATOR" ? [operatorPlace(key.keyId)] : []),
];

/** How often the directory changed. */
export const changesPlace: Buffer = place("c");

export function numberBody(number: number): Buffer {
  const body = Buffer.alloc(numberBytes);
  // Numbers that are not negative stand in the order of their bytes.
  body.writeDoubleBE(number);
  return body;
}

export const hasIdForm = (keyId: string): boolean => idForm.test(keyId);

function idOf(keyId: string): Buffer {
  if (!hasIdForm(keyId)) throw broken("caller directory: a key id is 16 bytes in lower-case hex");
  return Buffer.from(keyId, "hex");
}

const callerHash = (caller: Caller): Buffer =>
  createHash("sha256")
    .update(JSON.stringify(plainCaller(caller)))
    .digest();
