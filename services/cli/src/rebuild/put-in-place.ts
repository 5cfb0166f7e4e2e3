import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import type { StoppedData } from "../container.ts";

/** Where the store is made; whatever a kill has left there is made anew. No dot: LMDB takes such a name for a file. */
export const rebuiltFolder = "cards-rebuilt";

/** Removes what an earlier rebuild did not finish. */
export function clearAway({ path }: StoppedData): void {
  rmSync(path(rebuiltFolder), { recursive: true, force: true });
}

/**
 * Puts the new store in the place of the old one, which is kept aside. Killed between the two renames there is no store:
 * the system does not begin with an empty one beside a ledger, and a rebuild makes it anew.
 * @returns where the old one is kept; null when there was none
 */
export function putInPlace({ path }: StoppedData, nowMs: number): string | null {
  const aside = existsSync(path("cards")) ? path(`cards-old-${nowMs}`) : null;
  if (aside !== null) renameSync(path("cards"), aside);
  renameSync(path(rebuiltFolder), path("cards"));
  const descriptor = openSync(path(), "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return aside;
}
