import { type Card, shardOf } from "@scrip/domain";
import { type Change, type DueEntry, entersBatch, type WalletEntry } from "@scrip/ports";
import { encodeCard } from "../records/card-record.ts";
import { encodeDue } from "../records/due-members.ts";
import { encodeOutcome } from "../records/key-records.ts";
import { encodeOperation } from "../records/operation-record.ts";
import { packer } from "../records/packer.ts";

const opBytes = 32;
const cardBytes = 20;
const walletBytes = 20;
const batchBytes = 16;

/** Where a change is saved. */
export interface SavePlace {
  readonly shards: number;
  readonly outboxEventsMax: number;
  /** Whether one node has the keys of all shards: then what stands under its keys is looked at in the save. */
  readonly oneNode: boolean;
}

/**
 * A checked change as the save takes it: shard, pointer, outcome, cards, operations, removed operations, claims, events,
 * indexes, how many events the outbox may hold.
 * @throws RangeError when a record would not come back as it is.
 */
export function packChange(change: Change, place: SavePlace): Buffer {
  // Records are written before the packer starts: both have one slab of memory each.
  const cards = change.cards.map(({ record }) => encodeCard(record));
  const operations = change.operations.map(({ record }) => encodeOperation(record));
  const outcome = change.outcome && encodeOutcome(change.outcome);
  packer.start().list(10).whole(change.shard);
  packPointer(change, place);
  packOutcome(change, place, outcome);
  packer.list(3 * cards.length);
  for (const [nth, { record, expectedVersion }] of change.cards.entries())
    packer
      .hex(record.card.cardId, cardBytes)
      .version(expectedVersion)
      .bytes(cards[nth] ?? Buffer.alloc(0));
  packer.list(3 * operations.length);
  for (const [nth, { record, expectedVersion }] of change.operations.entries())
    packer
      .hex(record.operation.opId, opBytes)
      .version(expectedVersion)
      .bytes(operations[nth] ?? Buffer.alloc(0));
  packer.list(2 * change.operationRemoves.length);
  for (const { opId, expectedVersion } of change.operationRemoves)
    packer.hex(opId, opBytes).version(expectedVersion);
  packer.list(change.claims.length);
  for (const claim of change.claims) packer.text(claim);
  packer.list(2 * change.events.length);
  for (const { eventId, bytes } of change.events) packer.hex(eventId, opBytes).bytes(bytes);
  packIndexes({ ...change, ofBatch: bornInBatch(change) });
  return packer.whole(place.outboxEventsMax).finish();
}

function packPointer({ pointer }: Change, { shards, oneNode }: SavePlace): void {
  if (pointer === null || !oneNode) {
    packer.none();
    return;
  }
  const { opId, bodyHash, decisionShard } = pointer;
  packer.list(4).hex(opId, opBytes).hex(bodyHash, opBytes);
  packer.whole(decisionShard).whole(shardOf(opId, shards));
}

function packOutcome(
  { outcome }: Change,
  { shards, oneNode }: SavePlace,
  encoded: Buffer | null,
): void {
  if (outcome === null || encoded === null) {
    packer.none();
    return;
  }
  packer.list(4).hex(outcome.opId, opBytes).bytes(encoded);
  packer.flag(outcome.eventId !== null);
  if (oneNode) packer.whole(shardOf(outcome.opId, shards));
  else packer.none();
}

/** The part of a change that touches an index; `ofBatch` are the cards that enter their batch's. */
interface Indexed {
  readonly ofBatch: readonly Card[];
  readonly walletAdds: readonly WalletEntry[];
  readonly walletRemoves: readonly WalletEntry[];
  readonly dueAdds: readonly DueEntry[];
  readonly dueRemoves: readonly DueEntry[];
}

/** Entries of batches, of wallets to add and to remove, dues to add and to remove. */
export function packIndexes(indexed: Indexed): void {
  packer.list(5).list(2 * indexed.ofBatch.length);
  for (const { batchId, cardId } of indexed.ofBatch)
    packer.hexText(batchId ?? "", batchBytes).hex(cardId, cardBytes);
  for (const entries of [indexed.walletAdds, indexed.walletRemoves]) {
    packer.list(2 * entries.length);
    for (const { walletId, cardId } of entries)
      packer.hexText(walletId, walletBytes).hex(cardId, cardBytes);
  }
  for (const dues of [indexed.dueAdds, indexed.dueRemoves]) {
    packer.list(dues.length);
    for (const due of dues) packer.bytes(encodeDue(due));
  }
}

const bornInBatch = ({ cards }: Change): Card[] =>
  cards.flatMap(({ record: { card }, expectedVersion }) =>
    expectedVersion === 0 && entersBatch(card) ? [card] : [],
  );
