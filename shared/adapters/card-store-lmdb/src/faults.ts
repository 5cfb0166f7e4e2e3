import { PortError } from "@scrip/ports";

export const notOurs = (directory: string, reason: string, cause?: unknown): PortError =>
  new PortError("NOT_OURS", `card store ${directory}: ${reason}`, { cause });

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split("\n", 1).join("") : String(error);

/** Runs a decoder; bytes that it refuses are not what was written. @throws PortError CORRUPT naming the record. */
export function stored<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new PortError("CORRUPT", `card store: ${what}: ${messageOf(cause)}`, { cause });
  }
}

/** Runs an encoder; a value that it refuses breaks the port's contract. @throws PortError CONTRACT_BROKEN */
export function storable<T>(encode: () => T): T {
  try {
    return encode();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new PortError("CONTRACT_BROKEN", `card store: ${messageOf(cause)}`, { cause });
  }
}
