import { CborError } from "../cbor/cbor-error.ts";

export type WireErrorCode = "ENTRY_MALFORMED" | "STATE_MALFORMED";

/** Bytes that are not what they should be: which field, at which byte, and why. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  /** Names of the fields around the fault, outermost first; empty for the whole. */
  readonly path: string;
  readonly offset: number;

  constructor(code: WireErrorCode, cause: CborError) {
    super(`${code}: ${cause.message}`, { cause });
    this.code = code;
    this.path = cause.path;
    this.offset = cause.offset;
  }
}

/** Runs a decoder; what it refuses leaves as one kind of error. */
export function decoding<T>(code: WireErrorCode, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof CborError ? new WireError(code, error) : error;
  }
}

/** What a decoder reads; null for bytes that it refuses. Any other fault is let through. */
export function wellFormed<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}
