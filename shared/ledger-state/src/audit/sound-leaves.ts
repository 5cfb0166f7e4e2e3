import type { CryptoSuite } from "@scrip/signing";
import { inspectedLeaves } from "@scrip/state-map";
import { equalBytes } from "@scrip/wire";
import { LedgerStateError } from "../ledger-error.ts";
import { decodeMeta } from "../state/ledger-meta.ts";
import { bucketsOf, type LedgerReader } from "../state/ledger-reader.ts";
import { type KnownLeaf, knownLeaf, leafFault } from "./known-leaf.ts";

/**
 * Every leaf of a copy, at the pace of whoever asks for the next one, each as the map under the copy's root has it.
 * @throws LedgerStateError STATE_CORRUPT at the first that is not, and at the end when the buckets do not lead to the root
 */
export function* soundLeaves(copy: LedgerReader, suite: CryptoSuite): Generator<KnownLeaf> {
  const stored = copy.meta();
  if (stored === undefined) throw new LedgerStateError("STATE_CORRUPT", "no meta record");
  const { shape, mapRoot } = decodeMeta(stored);
  const { hash } = suite;
  const steps = inspectedLeaves({ hash, store: bucketsOf(copy), shape }, (error) => {
    throw new LedgerStateError("STATE_CORRUPT", error.message, error);
  });
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      if (equalBytes(step.value.root, mapRoot) && step.value.count === shape.count) return;
      throw new LedgerStateError("STATE_CORRUPT", "the map's records do not lead to its root");
    }
    const { key, valueHash } = step.value;
    const bytes = copy.leaf(key);
    const known = bytes && knownLeaf(hash, key, bytes);
    const fault = leafFault(hash, { bytes, known, valueHash });
    if (fault !== null || known === undefined)
      throw new LedgerStateError("STATE_CORRUPT", `a leaf of the map: ${fault ?? "unknown"}`);
    yield known;
  }
}
