import { concatBytes, readUint64, requireWhole, uint64, utf8 } from "../bytes.ts";

/** A `timestamped_signature` of C2SP tlog-cosignature "Format": when, in seconds since 1970, and the signature. */
export interface TimedSignature {
  readonly seconds: number;
  readonly signature: Uint8Array;
}

const timeBytes = 8;
const ed25519SignatureBytes = 64;

/**
 * What a cosigner signs: two lines of its own, then the checkpoint's text.
 * C2SP tlog-cosignature "Ed25519 signed message".
 */
export function cosignatureMessage(checkpointText: string, seconds: number): Uint8Array {
  requireWhole("a cosignature's time", seconds);
  return utf8(`cosignature/v1\ntime ${seconds}\n${checkpointText}`);
}

/** The signature bytes of a note line: time as eight bytes big endian, then the Ed25519 signature. */
export function encodeCosignature({ seconds, signature }: TimedSignature): Uint8Array {
  if (signature.length !== ed25519SignatureBytes) {
    throw new RangeError(`an Ed25519 signature has ${ed25519SignatureBytes} bytes`);
  }
  return concatBytes(uint64(seconds), signature);
}

/** Reads them back; `undefined` if the length is wrong or the time is above 2^53 − 1 seconds. */
export function decodeCosignature(bytes: Uint8Array): TimedSignature | undefined {
  if (bytes.length !== timeBytes + ed25519SignatureBytes) return undefined;
  const seconds = readUint64(bytes, 0);
  return seconds === undefined ? undefined : { seconds, signature: bytes.slice(timeBytes) };
}
