import type { OpId } from "@scrip/domain";
import {
  type Change,
  type DueEntry,
  entersBatch,
  keptOutcome,
  PortError,
  type SaveResult,
} from "@scrip/ports";
import { frozen } from "./frozen.ts";
import { requireForms, requireStrict } from "./strict.ts";
import { type MemoryCardDisk, setAt } from "./card-disk.ts";

/** Saves a checked change: looks at everything, then writes everything. */
export function saveInMemory(disk: MemoryCardDisk, change: Change): SaveResult {
  requireForms(change);
  const refused = keyRefusal(disk, change) ?? claimTaken(disk, change);
  if (refused !== undefined) return refused;
  requireVersions(disk, change);
  requireDecidedHere(disk, change);
  requireStrict(disk, change);
  return write(disk, change);
}

function keyRefusal(disk: MemoryCardDisk, { pointer, outcome }: Change): SaveResult | undefined {
  for (const opId of new Set([pointer?.opId, outcome?.opId])) {
    if (opId === undefined) continue;
    const standing = disk.pointers.get(opId);
    const hashed = pointer?.opId === opId && standing !== undefined;
    if (hashed && standing.bodyHash !== pointer.bodyHash) return { kind: "KEY_REUSED" };
    const first = disk.outcomes.get(opId);
    if (first === undefined) continue;
    const { shard: _, ...found } = first;
    return { kind: "OUTCOME_EXISTS", outcome: found };
  }
  return undefined;
}

function claimTaken(disk: MemoryCardDisk, { claims }: Change): SaveResult | undefined {
  const claim = claims.find((each) => disk.claims.has(each));
  return claim === undefined ? undefined : { kind: "CLAIM_TAKEN", claim };
}

function requireVersions(disk: MemoryCardDisk, change: Change): void {
  const { cards, operations, operationRemoves, shard } = change;
  const versionOf = (opId: OpId): number =>
    disk.operations.get(`${shard} ${opId}`)?.operation.version ?? 0;
  for (const { record, expectedVersion } of cards) {
    const { cardId } = record.card;
    requireVersion(cardId, expectedVersion, disk.cards.get(cardId)?.card.version ?? 0);
  }
  for (const { record, expectedVersion } of operations) {
    const { opId } = record.operation;
    requireVersion(opId, expectedVersion, versionOf(opId));
  }
  for (const { opId, expectedVersion } of operationRemoves)
    requireVersion(opId, expectedVersion, versionOf(opId));
}

function requireVersion(id: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new PortError("VERSION_CONFLICT", `${id} has version ${found}, not ${expected}`);
}

function requireDecidedHere(disk: MemoryCardDisk, { outcome, shard }: Change): void {
  const decided = outcome === null ? undefined : disk.pointers.get(outcome.opId)?.decisionShard;
  if (decided !== undefined && decided !== shard) broken(`a key that shard ${decided} decides`);
}

function write(disk: MemoryCardDisk, change: Change): SaveResult {
  const { shard, pointer, outcome, events } = change;
  const stream = disk.streams[shard];
  if (stream === undefined) return broken(`shard ${shard}`);
  const firstSeq = stream.trimPoint.seq + stream.events.length;
  if (pointer !== null && !disk.pointers.has(pointer.opId))
    disk.pointers.set(pointer.opId, frozen(pointer));
  if (outcome !== null) {
    const kept = keptOutcome(outcome, { events: events.length, firstSeq });
    disk.outcomes.set(outcome.opId, frozen({ ...kept, shard }));
  }
  for (const claim of change.claims) disk.claims.add(claim);
  for (const { record, expectedVersion } of change.cards) {
    const { batchId, cardId } = record.card;
    disk.cards.set(cardId, frozen(record));
    if (batchId !== null && expectedVersion === 0 && entersBatch(record.card))
      setAt(disk.batches, batchId).add(cardId);
  }
  for (const { record } of change.operations)
    disk.operations.set(`${shard} ${record.operation.opId}`, frozen(record));
  for (const { opId } of change.operationRemoves) disk.operations.delete(`${shard} ${opId}`);
  for (const event of events) {
    stream.events.push(structuredClone({ eventId: event.eventId, bytes: event.bytes }));
    disk.everSaved.add(event.eventId);
  }
  for (const { walletId, cardId } of change.walletRemoves)
    disk.wallets.get(walletId)?.delete(cardId);
  for (const { walletId, cardId } of change.walletAdds) setAt(disk.wallets, walletId).add(cardId);
  putDues(disk, change);
  return { kind: "SAVED", firstSeq };
}

/** What is added stays, also when it is removed at once. */
export function putDues(
  { dues }: MemoryCardDisk,
  { shard, dueAdds, dueRemoves }: Pick<Change, "shard" | "dueAdds" | "dueRemoves">,
): void {
  const here = dues.get(shard) ?? new Map<string, DueEntry>();
  dues.set(shard, here);
  for (const due of dueRemoves) here.delete(nameOfDue(due));
  for (const due of dueAdds) here.set(nameOfDue(due), frozen(due));
}

const nameOfDue = ({ dueAtMs, kind, id }: DueEntry): string =>
  `${String(dueAtMs).padStart(16, "0")} ${kind} ${id}`;

function broken(what: string): never {
  throw new PortError("CONTRACT_BROKEN", `memory card store: ${what}`);
}
