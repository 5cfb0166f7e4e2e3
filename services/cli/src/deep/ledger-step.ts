import { type Batch, shardOf } from "@scrip/domain";
import { auditLedger, type AuditedLedger } from "@scrip/ledger-state";
import type { Policy } from "@scrip/merkle-log";
import type { FollowerStore } from "@scrip/ports";
import type { KeyLeaf, NamedKey } from "@scrip/wire";
import { type StoppedData, suite } from "../container.ts";
import type { progressLines } from "./progress-lines.ts";
import type { Report } from "./report.ts";

/** What the other steps are compared with. */
export interface SoundLedger {
  readonly store: FollowerStore;
  readonly audited: AuditedLedger;
  readonly batches: readonly Batch["batchId"][];
  readonly keys: readonly KeyLeaf[];
  readonly validators: readonly NamedKey[];
  /** Cards and operations of each shard in the map. */
  readonly cards: readonly number[];
  readonly operations: readonly number[];
}

/** Rehashes one copy of the ledger. */
export function ledgerStep(
  where: string,
  copy: { readonly store: FollowerStore; readonly indexed: boolean; readonly policy: Policy },
  run: {
    readonly data: StoppedData;
    readonly report: Report;
    readonly onProgress: ReturnType<typeof progressLines>;
  },
): SoundLedger {
  const { store, indexed, policy } = copy;
  const { shards, chainId } = run.data;
  const batches: Batch["batchId"][] = [];
  const keys: KeyLeaf[] = [];
  const validators: NamedKey[] = [];
  const cards = Array.from({ length: shards }, () => 0);
  const operations = Array.from({ length: shards }, () => 0);
  const count = (counts: number[], id: string): void => {
    const shard = shardOf(id, shards);
    counts[shard] = (counts[shard] ?? 0) + 1;
  };
  const audited = auditLedger({
    copy: store,
    indexed,
    policy,
    suite,
    origin: chainId,
    onFinding: (finding) => run.report.damage({ where, ...finding }),
    onProgress: (progress) => run.onProgress(where, progress),
    onLeaf({ kind, leaf }) {
      if (kind === "card") count(cards, leaf.card.cardId);
      if (kind === "operation") count(operations, leaf.operation.legs[0]?.cardId ?? "00");
      if (kind === "batch") batches.push(leaf.batchId);
      if (kind === "key") keys.push(leaf);
      if (kind === "validators") validators.push(...leaf.current);
    },
  });
  run.report.say(where, describe(audited));
  return { store, audited, batches, keys, validators, cards, operations };
}

function describe({ height, entries, signedSize, cosignedBy, leaves, cards }: AuditedLedger) {
  const unsigned = entries - signedSize;
  const behind = unsigned > 0 && signedSize > 0 ? `, ${unsigned} entries after it` : "";
  const names = cosignedBy.length === 0 ? "nobody" : cosignedBy.join(", ");
  return `height ${height}, ${entries} entries, ${leaves} states, ${cards} cards; checkpoint ${signedSize} of ${names}${behind}`;
}
