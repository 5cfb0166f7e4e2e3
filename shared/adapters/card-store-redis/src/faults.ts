import { PortError } from "@scrip/ports";
import { ClientClosedError, ClientOfflineError, ErrorReply, ReconnectStrategyError } from "redis";

/** What a server says when it did nothing and may do it later. */
const notNow = new Set([
  "ASK",
  "BUSY",
  "CLUSTERDOWN",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "MOVED",
  "NOREPLICAS",
  "NOTOPEN",
  "OOM",
  "READONLY",
  "TRYAGAIN",
]);
/** What a server says to whom it does not know. */
const strangers = new Set(["NOAUTH", "NOPERM", "WRONGPASS"]);
/** The functions are gone: somebody emptied the server, or restarted it with a file from before they were loaded. */
const functionMissing = "ERR Function not found";
const queueFull = "The queue is full";

export const isFunctionMissing = (error: unknown): boolean =>
  error instanceof ErrorReply && error.message.startsWith(functionMissing);

/** Whether a server said that it does not know us, or does not let us. */
export const isStranger = (error: unknown): boolean =>
  error instanceof ErrorReply && strangers.has(codeOf(error));

/** What an error of the driver means to who called the port. */
export function translated(error: unknown): PortError {
  if (error instanceof PortError) return error;
  if (error instanceof ReconnectStrategyError) return translated(error.originalError);
  const message = `card store: ${messageOf(error)}`;
  if (error instanceof ErrorReply) return said(error, message);
  // Only these are sure that nothing was sent; of anything else the server may have done it before it was lost.
  const unsent =
    error instanceof ClientOfflineError ||
    error instanceof ClientClosedError ||
    (error instanceof Error && error.message === queueFull);
  return new PortError("UNAVAILABLE", message, { outcomeKnown: unsent, cause: error });
}

function said(error: ErrorReply, message: string): PortError {
  const code = codeOf(error);
  if (notNow.has(code) || isFunctionMissing(error))
    return new PortError("UNAVAILABLE", message, { cause: error });
  if (strangers.has(code)) return new PortError("NOT_OURS", message, { cause: error });
  return new PortError("CORRUPT", message, { outcomeKnown: false, cause: error });
}

const codeOf = ({ message }: ErrorReply): string => message.split(" ", 1).join("");

export const notOurs = (reason: string, cause?: unknown): PortError =>
  new PortError("NOT_OURS", `card store: ${reason}`, { cause });

export const broken = (reason: string): PortError =>
  new PortError("CONTRACT_BROKEN", `card store: ${reason}`);

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
