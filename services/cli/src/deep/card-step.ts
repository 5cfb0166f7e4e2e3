import { positionAt } from "@scrip/application";
import { type CardId, type OpId, shardOf } from "@scrip/domain";
import { eachLeaf, knownLeaf } from "@scrip/ledger-state";
import {
  type CardRecord,
  type CardStore,
  type OperationRecord,
  type Outbox,
  PortError,
} from "@scrip/ports";
import { encodeLeaf, equalBytes, formatCardId, leafKey, type ShardHead } from "@scrip/wire";
import { suite } from "../container.ts";
import { pageRecords } from "./limits.ts";
import type { SoundLedger } from "./ledger-step.ts";
import type { Report } from "./report.ts";

const where = "cards";

interface Comparison {
  readonly store: CardStore & Outbox;
  readonly ledger: SoundLedger;
  readonly report: Report;
  readonly onProgress: (done: number) => void;
}

/** The card store's cards and operations are the ledger's, in every shard whose stream is on the ledger whole. */
export async function cardStep(comparison: Comparison): Promise<void> {
  const { store, ledger, report } = comparison;
  const counts = { cards: 0, operations: 0, diverged: 0 };
  const waiting: string[] = [];
  const short = new Set<number>();
  for (const head of ledger.audited.heads) {
    const left = await uncommitted(comparison, head);
    if (left > 0) waiting.push(`shard ${head.shard} (${left} events)`);
    if (left !== 0 || head.shard >= store.shards) continue;
    const missing = await compareCards(comparison, head.shard, counts);
    if (missing > 0) short.add(head.shard);
    await compareOperations(comparison, head.shard, counts);
  }
  if (short.size > 0) await nameMissing(comparison, short);
  const { cards, operations, diverged } = counts;
  const apart = diverged > 0 ? `, ${diverged} that the ledger holds apart after a rejection` : "";
  const later = waiting.length > 0 ? `; not on the ledger yet: ${waiting.join(", ")}` : "";
  report.say(where, `${cards} cards and ${operations} operations compared${apart}${later}`);
}

/**
 * Events that the ledger has not got yet, each hashed; −1 where one is not what was saved, or the two streams cannot be
 * compared.
 */
async function uncommitted({ store, report }: Comparison, head: ShardHead): Promise<number> {
  const { shard } = head;
  const wrong = (what: string): number => {
    report.damage({ where, part: "STREAM", at: `shard ${shard}`, what });
    return -1;
  };
  const trim = await store.trimPoint(shard);
  const next = await store.nextSeq(shard);
  if (trim.seq > head.nextSeq)
    return wrong(`trimmed to ${trim.seq}, the ledger is at ${head.nextSeq}`);
  if (next < head.nextSeq) return wrong(`it ends at ${next}, the ledger is at ${head.nextSeq}`);
  try {
    const stream = { outbox: store, shard, hash: suite.hash };
    const own = await positionAt(stream, head.nextSeq);
    if (own.chain !== head.chain)
      return wrong(`another chain than the ledger's at ${head.nextSeq}`);
    const end = await positionAt(stream, next);
    return end.seq === next ? next - head.nextSeq : wrong(`event ${end.seq} is missing`);
  } catch (error) {
    if (error instanceof PortError && error.code === "CORRUPT") return wrong(error.message);
    throw error;
  }
}

/** @returns how many cards the store has too few */
async function compareCards(
  { store, ledger, report, onProgress }: Comparison,
  shard: number,
  counts: { cards: number; diverged: number },
): Promise<number> {
  let [after, seen]: [CardId | null, number] = [null, 0];
  for (;;) {
    const page: CardRecord[] = await store.scan(shard, after, pageRecords);
    for (const { card, lastEventId, nonce } of page) {
      const state = { card, lastEventId, nonce, diverged: false };
      const found = compareLeaf(
        ledger,
        leafKey(suite.hash, "card", card.cardId),
        encodeLeaf("card", state),
      );
      if (found === "DIVERGED") counts.diverged += 1;
      else if (found !== null) {
        report.damage({ where, part: "CARD", at: formatCardId(card.cardId), what: found });
      }
    }
    seen += page.length;
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.card.cardId;
    onProgress(counts.cards + seen);
  }
  counts.cards += seen;
  const due = ledger.cards[shard] ?? 0;
  requireCount(report, { shard, what: "cards", seen, due });
  return due - seen;
}

/** Cards of these shards that only the ledger has. Their ids are looked for only now: a sound store costs no memory. */
async function nameMissing(
  { store, ledger, report }: Comparison,
  shards: ReadonlySet<number>,
): Promise<void> {
  const ids: CardId[] = [];
  eachLeaf(ledger.store, suite, ({ kind, leaf }) => {
    if (kind === "card" && shards.has(shardOf(leaf.card.cardId, store.shards))) {
      ids.push(leaf.card.cardId);
    }
  });
  for (let at = 0; at < ids.length; at += pageRecords) {
    const page = ids.slice(at, at + pageRecords);
    const found = new Set((await store.cards(page)).map(({ card }) => card.cardId));
    for (const id of page.filter((one) => !found.has(one))) {
      report.damage({ where, part: "CARD", at: formatCardId(id), what: "only the ledger has it" });
    }
  }
}

async function compareOperations(
  { store, ledger, report }: Comparison,
  shard: number,
  counts: { operations: number; diverged: number },
): Promise<void> {
  let [after, seen]: [OpId | null, number] = [null, 0];
  for (;;) {
    const page: OperationRecord[] = await store.operationsOf(shard, after, pageRecords);
    for (const { operation, lastEventId, nonce } of page) {
      const { opId } = operation;
      const state = { operation, lastEventId, nonce, diverged: false };
      const found = compareLeaf(
        ledger,
        leafKey(suite.hash, "operation", opId),
        encodeLeaf("operation", state),
      );
      if (found === "DIVERGED") counts.diverged += 1;
      else if (found !== null) report.damage({ where, part: "OPERATION", at: opId, what: found });
    }
    seen += page.length;
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.operation.opId;
  }
  counts.operations += seen;
  requireCount(report, { shard, what: "operations", seen, due: ledger.operations[shard] ?? 0 });
}

/** A rejection leaves the store ahead of the ledger until an operator reconciles the two. */
function compareLeaf({ store }: SoundLedger, key: Uint8Array, own: Uint8Array): string | null {
  const bytes = store.leaf(key);
  if (bytes === undefined) return "the ledger has none";
  if (equalBytes(own, bytes)) return null;
  const known = knownLeaf(suite.hash, key, bytes);
  const diverged = (known?.kind === "card" || known?.kind === "operation") && known.leaf.diverged;
  return diverged ? "DIVERGED" : "it is not what the ledger has";
}

function requireCount(
  report: Report,
  { shard, what, seen, due }: { shard: number; what: string; seen: number; due: number },
): void {
  if (seen === due) return;
  const says = `${seen} ${what}, the ledger has ${due}`;
  report.damage({ where, part: "COUNT", at: `shard ${shard}`, what: says });
}
