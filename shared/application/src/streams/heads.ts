import type { Hash } from "@scrip/merkle-log";
import { PortError, type Ledger, type Outbox } from "@scrip/ports";
import { positionAt } from "./stream.ts";

/** Why a store must not be written to: its stream and the ledger's are not one history. */
export interface HeadFault {
  readonly shard: number;
  readonly kind:
    /** The ledger has events that the store does not: the store is an old copy. */
    | "LEDGER_AHEAD"
    /** The ledger lacks events that the store no longer keeps: the ledger is an old copy. */
    | "LEDGER_BEHIND"
    /** Both have events of these numbers, and they are not the same. */
    | "OTHER_CHAIN";
  /** Number of the ledger's next event. */
  readonly ledgerNextSeq: number;
  /** First event kept in the store, and the number of its next one. */
  readonly keptFromSeq: number;
  readonly nextSeq: number;
}

export interface HeadComparison {
  readonly outbox: Outbox;
  readonly ledger: Pick<Ledger, "head">;
  readonly hash: Hash;
}

/**
 * Compares every stream of a store with the ledger's, at the ledger's head. To be done whenever a store was started,
 * before it is written to: an old copy would otherwise begin a second history.
 * @throws PortError CORRUPT when the outbox itself is broken; UNAVAILABLE
 */
export async function compareHeads({ outbox, ledger, hash }: HeadComparison): Promise<HeadFault[]> {
  const faults: HeadFault[] = [];
  for (let shard = 0; shard < outbox.streams; shard++) {
    const head = await ledger.head(shard);
    const { seq: keptFromSeq } = await outbox.trimPoint(shard);
    const nextSeq = await outbox.nextSeq(shard);
    const place = { shard, ledgerNextSeq: head.nextSeq, keptFromSeq, nextSeq };
    if (head.nextSeq > nextSeq) faults.push({ kind: "LEDGER_AHEAD", ...place });
    else if (head.nextSeq < keptFromSeq) faults.push({ kind: "LEDGER_BEHIND", ...place });
    else {
      const own = await positionAt({ outbox, shard, hash }, head.nextSeq);
      const same = own.epoch === head.epoch && own.chain === head.chain;
      if (!same) faults.push({ kind: "OTHER_CHAIN", ...place });
    }
  }
  return faults;
}

/** @throws PortError CORRUPT naming every shard whose stream and the ledger's are not one history */
export async function requireSameHeads(comparison: HeadComparison): Promise<void> {
  const faults = await compareHeads(comparison);
  if (faults.length === 0) return;
  throw new PortError(
    "CORRUPT",
    `store and ledger are not one history: ${faults.map(told).join("; ")}; ${remedyOf(faults)}`,
  );
}

/** An older ledger is not to be gone by: it would take back what a quorum has signed. */
const remedyOf = (faults: readonly HeadFault[]): string =>
  faults.some(({ kind }) => kind === "LEDGER_BEHIND")
    ? "put back a newer copy of the ledger"
    : "nothing is written until «scrip rebuild-store» has made the store anew from the ledger";

function told({ shard, kind, ledgerNextSeq, keptFromSeq, nextSeq }: HeadFault): string {
  const ledger = `the ledger's next event is ${ledgerNextSeq}`;
  switch (kind) {
    case "LEDGER_AHEAD":
      return `shard ${shard}: ${ledger}, the store's is ${nextSeq}: the store is an old copy`;
    case "LEDGER_BEHIND":
      return `shard ${shard}: ${ledger}, the store keeps events from ${keptFromSeq} on: the ledger is an old copy`;
    case "OTHER_CHAIN":
      return `shard ${shard}: the events before ${ledgerNextSeq}, or their epoch, are not the same`;
  }
}
