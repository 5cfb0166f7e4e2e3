import { existsSync, readFileSync } from "node:fs";
import { PortError } from "@scrip/ports";
import { replaceFile } from "./data-directory.ts";

/** Promises are checked with receipt keys, and nothing that is committed: those may change. */
const receiptLine = /^log [^+]*\/receipts\+/;

/**
 * Writes the policy that verifiers are given.
 * @throws PortError NOT_OURS when one is there that trusts other keys: what was verified with it would no longer be
 * believed, because a key file was exchanged or the policy was damaged
 */
export function keepPolicy(file: string, policy: string): void {
  if (existsSync(file)) requireSameTrust(file, policy.split("\n"));
  replaceFile(file, policy);
}

function requireSameTrust(file: string, known: readonly string[]): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const at = lines.findIndex((line) => !known.includes(line) && !receiptLine.test(line));
  if (at === -1) return;
  throw new PortError(
    "NOT_OURS",
    `${file}, line ${at + 1}, trusts a key that is not the chain's: put back the key file, or remove a damaged policy`,
  );
}
