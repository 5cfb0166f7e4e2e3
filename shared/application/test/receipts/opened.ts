import { createPublicKey, verify } from "node:crypto";
import { leafHash, parseTlogProof, sha256, verifyProofInclusion } from "@scrip/merkle-log";
import { decodeProofExtra, readLogBy, toHex, utf8 } from "@scrip/wire";

/** What a receipt says, once all of it was checked. */
export interface Opened {
  readonly eventId: string;
  readonly entry: Uint8Array;
  readonly origin: string;
  readonly logByMs: number;
  /** Entries under its signature. */
  readonly size: number;
  readonly signature: string;
}

/** Checks a receipt against the key that must have signed it, by other means than those that made it. */
export function opened(receipt: string | null | undefined, publicKey: Uint8Array): Opened {
  const proof = parseTlogProof(receipt ?? "");
  const extra = decodeProofExtra(proof.extra ?? new Uint8Array(0));
  if (extra.kind !== "event") throw new Error("no entry in the receipt");
  const leaf = leafHash(sha256, extra.entry);
  const { origin, size, extensions } = verifyProofInclusion(sha256, proof, leaf);
  const [line, ...more] = proof.note.signatures;
  if (line === undefined || more.length > 0) throw new Error("not one signature");
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  if (!verify(null, utf8(proof.note.text), key, line.signature)) throw new Error("not signed");
  const logByMs = readLogBy(extensions);
  if (logByMs === undefined) throw new Error("it does not say by when");
  const signature = toHex(line.signature);
  return { eventId: toHex(leaf), entry: extra.entry, origin, logByMs, size, signature };
}
