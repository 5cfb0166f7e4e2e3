import { createHash } from "node:crypto";
import {
  formatVkey,
  fromBase64,
  isKeyName,
  signatureType,
  toBase64,
  verifierKey,
} from "@scrip/merkle-log";
import { publicKeyOf, seedBytes } from "../suites/ed25519.ts";
import { sha256Ed25519 } from "../suites/node-suite.ts";

/** What a key file holds. */
export interface KeyMaterial {
  readonly name: string;
  readonly seed: Uint8Array;
}

/** Longest key file we read, in bytes. */
export const keyFileBytesMax = 4096;

const header = "scrip private key, version 1";
const algorithm = "ed25519";

/**
 * The text of a key file: a line each for name, algorithm, seed and verifier key, then a checksum
 * over the lines before it.
 * @throws RangeError for a name or seed that is not allowed.
 */
export function formatKeyText({ name, seed }: KeyMaterial): string {
  if (!isKeyName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  const key = { name, type: signatureType.ed25519, publicKey: publicKeyOf(seed) };
  const lines = [
    header,
    `name ${name}`,
    `algorithm ${algorithm}`,
    `seed ${toBase64(seed)}`,
    `public ${formatVkey(verifierKey(sha256Ed25519.hash, key))}`,
    "",
  ];
  const body = lines.join("\n");
  return `${body}checksum ${checksum(body)}\n`;
}

/**
 * Reads the text of a key file, or says what is wrong with it without showing any of it. Anything
 * but the text {@link formatKeyText} writes for the same name and seed is refused.
 */
export function parseKeyText(text: string): KeyMaterial | { readonly fault: string } {
  const [first, ...rest] = text.split("\n");
  if (first !== header) return { fault: "it does not begin like a private key" };
  const fields = new Map(rest.map((line) => [line.split(" ", 1)[0], line.replace(/^\S* /, "")]));
  if (fields.get("algorithm") !== algorithm) return { fault: "its algorithm is not ed25519" };
  const body = text.slice(0, text.lastIndexOf("checksum "));
  if (fields.get("checksum") !== checksum(body)) return { fault: "its checksum does not fit" };
  const name = fields.get("name") ?? "";
  const seed = fromBase64(fields.get("seed") ?? "");
  if (!isKeyName(name)) return { fault: "its name is not a key name" };
  if (seed?.length !== seedBytes) return { fault: "its seed is not base64 of 32 bytes" };
  // The checksum catches accidents; deriving the public key again catches a seed that was exchanged.
  if (formatKeyText({ name, seed }) !== text) {
    return { fault: "its public key is not that of its seed and name" };
  }
  return { name, seed };
}

function checksum(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 16);
}
