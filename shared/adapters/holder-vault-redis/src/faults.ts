import { PortError } from "@scrip/ports";
import { ClientClosedError, ClientOfflineError, ErrorReply } from "redis";

// No message names a holder, a wallet or a salt.

/** What a server says when it did nothing and may do it later. */
const notNow = ["BUSY", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY"];
/** What a server says to whom it does not know. */
const strangers = ["NOAUTH", "NOPERM", "WRONGPASS"];

export const corrupt = (what: string): PortError =>
  new PortError("CORRUPT", `holder vault: ${what}`);

export const broken = (what: string): PortError =>
  new PortError("CONTRACT_BROKEN", `holder vault: ${what}`);

export const notOurs = (what: string): PortError =>
  new PortError("NOT_OURS", `holder vault: ${what}`);

export const unavailable = (what: string, outcomeKnown = false, cause?: unknown): PortError =>
  new PortError("UNAVAILABLE", `holder vault: ${what}`, { outcomeKnown, cause });

/** Whether a server said that it does not know us, or does not let us. */
export const isStranger = (error: unknown): boolean =>
  error instanceof ErrorReply && strangers.includes(codeOf(error));

/** What an error of the driver means to who called the port. Every call may be repeated. */
export function translated(error: unknown): PortError {
  if (error instanceof PortError) return error;
  const what = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
  if (!(error instanceof ErrorReply)) {
    const unsent = error instanceof ClientOfflineError || error instanceof ClientClosedError;
    return unavailable(what, unsent, error);
  }
  if (isStranger(error)) return notOurs(what);
  return notNow.includes(codeOf(error)) ? unavailable(what, true, error) : corrupt(what);
}

const codeOf = ({ message }: ErrorReply): string => message.split(" ", 1).join("");
