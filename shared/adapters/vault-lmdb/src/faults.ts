import { PortError } from "@scrip/ports";

// No message names a seed, a key or a holder.

/** The first line of an error's message. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split("\n", 1).join("") : String(error);

export const corrupt = (what: string, cause?: unknown): PortError =>
  new PortError("CORRUPT", what, { cause });

export const broken = (what: string): PortError => new PortError("CONTRACT_BROKEN", what);

/** Whether it took place is not known; every call of the vaults may be repeated. */
export const unavailable = (what: string, cause: unknown): PortError =>
  new PortError("UNAVAILABLE", `${what}: ${messageOf(cause)}`, { outcomeKnown: false, cause });

/** The code of an error of the operating system, like `ENOENT`. */
export const systemCode = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
