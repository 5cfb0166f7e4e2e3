import { shardOf } from "@scrip/domain";
import { eventBytesMax } from "@scrip/wire";
import type { Change, DueEntry, NewOutcome, Outcome } from "./card-store.ts";
import { PortError } from "../port-error.ts";

/** Cards of one change: a full bulk event, or the lots of a wallet and the new one. */
export const changeCardsMax = 1_000;
/** Events of one change: the due ones, then the command's own. */
export const changeEventsMax = 100;
/** Entries that one change adds to the due index, and as many that it removes. */
export const changeDuesMax = 2_000;
/** Characters of a claimed name. */
export const claimCharsMax = 200;

/**
 * What every card store demands of a change before it looks at what is stored.
 * @throws PortError CONTRACT_BROKEN: records of two shards, a record named twice, a version that does not move.
 */
export function checkChange(change: Change, shards: number): void {
  const { shard } = change;
  if (!Number.isInteger(shard) || shard < 0 || shard > shards) broken(`there is no shard ${shard}`);
  if (change.cards.length > changeCardsMax) broken(`more than ${changeCardsMax} cards in a change`);
  checkCards(change, shards);
  checkOperations(change, shards);
  checkEvents(change);
  checkClaims(change, shards);
  for (const { walletId } of change.walletAdds) inShard(walletId, change, shards);
  for (const { walletId } of change.walletRemoves) inShard(walletId, change, shards);
  checkDues(change.dueAdds, change, shards);
  checkDues(change.dueRemoves, change, shards);
  checkKeys(change, shards);
}

/**
 * An outcome as it is kept by a save whose events begin at `firstSeq`: with the number of the last of them, which is
 * the one that an outcome names.
 */
export function keptOutcome(
  outcome: NewOutcome,
  { events, firstSeq }: { readonly events: number; readonly firstSeq: number },
): Outcome {
  const seq = outcome.eventId === null || events === 0 ? null : firstSeq + events - 1;
  const { opId, kind, eventId, atMs, answer } = outcome;
  return { opId, kind, eventId, atMs, answer, seq };
}

function checkCards(change: Change, shards: number): void {
  for (const { record, expectedVersion } of change.cards) {
    inShard(record.card.cardId, change, shards);
    moves(expectedVersion, record.card.version);
  }
  once(change.cards, ({ record }) => record.card.cardId);
}

function checkOperations(change: Change, shards: number): void {
  for (const { record, expectedVersion } of change.operations) {
    for (const leg of record.operation.legs) inShard(leg.cardId, change, shards);
    moves(expectedVersion, record.operation.version);
  }
  for (const { expectedVersion } of change.operationRemoves)
    if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 1)
      broken(`an operation of version ${expectedVersion} is removed`);
  const saved = change.operations.map(({ record }) => record.operation.opId);
  once([...saved, ...change.operationRemoves.map(({ opId }) => opId)], (opId) => opId);
}

function checkDues(dues: readonly DueEntry[], change: Change, shards: number): void {
  if (dues.length > changeDuesMax) broken(`more than ${changeDuesMax} due entries in a change`);
  for (const { dueAtMs, kind, id } of dues) {
    if (!Number.isSafeInteger(dueAtMs) || dueAtMs < 0) broken(`due at ${dueAtMs}`);
    if (kind === "CARD") inShard(id, change, shards);
  }
}

function checkEvents({ events }: Change): void {
  if (events.length > changeEventsMax) broken(`more than ${changeEventsMax} events in a change`);
  for (const { bytes } of events) {
    if (bytes.length === 0 || bytes.length > eventBytesMax)
      broken(`an event of ${bytes.length} bytes`);
  }
}

function checkClaims({ claims, shard }: Change, shards: number): void {
  if (claims.length > 0 && shard !== shards) broken("claims belong to the control stream");
  for (const claim of claims) {
    if (claim.length === 0 || claim.length > claimCharsMax)
      broken(`a claim of ${claim.length} characters`);
  }
  once(claims, (claim) => claim);
}

function checkKeys({ pointer, outcome, shard }: Change, shards: number): void {
  if (pointer === null) return;
  const { decisionShard } = pointer;
  if (!Number.isInteger(decisionShard) || decisionShard < 0 || decisionShard > shards)
    broken(`there is no shard ${decisionShard}`);
  if (outcome?.opId === pointer.opId && decisionShard !== shard)
    broken(`shard ${shard} saves an outcome that shard ${decisionShard} decides`);
}

function inShard(id: string, { shard }: Change, shards: number): void {
  if (shardOf(id, shards) !== shard) broken(`${id} does not lie in shard ${shard}`);
}

function moves(from: number, to: number): void {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to > from))
    broken(`a version does not go from ${from} to ${to}`);
}

function once<T>(items: readonly T[], nameOf: (item: T) => string): void {
  if (items.length < 2) return;
  if (new Set(items.map(nameOf)).size < items.length) broken("a change names a record twice");
}

function broken(what: string): never {
  throw new PortError("CONTRACT_BROKEN", `card store: ${what}`);
}
