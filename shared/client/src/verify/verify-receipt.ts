import type { TlogProof } from "@scrip/merkle-log";
import { logOfReceipts, readLogBy } from "@scrip/wire";
import type { ReceiptClaim } from "./claim.ts";
import { invalid } from "./steps.ts";
import { requirePromise, type Trust } from "./trust.ts";
import { openEntry, type KnownOfEntry, type ShownEntry } from "./verify-entry.ts";

interface Receipt {
  readonly proof: TlogProof;
  /** From the file's `extra`: trusted only once it hashes to the leaf. */
  readonly shown: Uint8Array | undefined;
  readonly nowMs: number;
}

/**
 * Verifies a receipt: a receipt key of the policy signed a tree of events, and this one is in it. That is a promise.
 * @throws ProofError `PROOF_INVALID`
 */
export function verifyReceipt(
  { proof, shown, nowMs }: Receipt,
  known: KnownOfEntry,
  trust: Trust,
): ReceiptClaim {
  const checkpoint = requirePromise(proof.note, trust);
  const origin = logOfReceipts(checkpoint.origin) ?? invalid("read the receipt: it names no log");
  const logByMs =
    readLogBy(checkpoint.extensions) ?? invalid("read the receipt: it does not say by when");
  const entry = openEntry({ hash: trust.suite.hash, proof, shown }, known);
  const promise = { origin, promisedBy: checkpoint.origin, logByMs, due: nowMs >= logByMs };
  return { kind: "receipt", ...promise, ...eventOf(entry) };
}

function eventOf(entry: ShownEntry): Pick<ReceiptClaim, "eventId" | "event"> {
  if (entry.kind === "event") return { eventId: entry.eventId, event: entry.event };
  if (entry.kind === "hash") return { eventId: entry.leafHash, event: null };
  const what = entry.kind === "frame" ? entry.entry : entry.kind;
  return invalid(`read the entry: a receipt is for an event, not for a ${what}`);
}
