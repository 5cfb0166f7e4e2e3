import type { CardId, OpId } from "@scrip/domain";
import { type Change, PortError, type SaveResult } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { encodeCard } from "../records/card-record.ts";
import { encodeKey, type KeyRecord } from "../records/key-record.ts";
import {
  batchKey,
  cardKey,
  claimKey,
  opKey,
  operationKey,
  placeKey,
  present,
  walletKey,
} from "../records/keys.ts";
import { encodeOperation } from "../records/operation-record.ts";
import { addressed, encodeEvent } from "../records/stream-record.ts";
import type { CommitView, KeyedBytes, Write } from "./commit-view.ts";
import type { Step } from "./group-commit.ts";

interface Versioned<Id> {
  readonly id: Id;
  readonly expected: number;
  readonly version: number;
  readonly write: KeyedBytes;
}

interface KeyWrite {
  readonly opId: OpId;
  readonly record: KeyRecord;
  readonly write: KeyedBytes;
}

/** A change with all its bytes made: what is left for the commit is to compare and to put. */
interface Prepared {
  readonly shard: number;
  readonly keys: readonly KeyWrite[];
  readonly cards: readonly Versioned<CardId>[];
  readonly operations: readonly Versioned<OpId>[];
  readonly claims: readonly { readonly claim: string; readonly key: Buffer }[];
  readonly events: readonly Buffer[];
  readonly indexes: readonly Write[];
}

/** Where a change is saved, and how much may wait there for the ledger. */
export interface SavePlace {
  readonly environment: Environment;
  readonly outboxEventsMax: number;
}

/**
 * The step that saves a checked change.
 * @throws RangeError when a record would not come back as it is.
 */
export function saveStep(
  { environment, outboxEventsMax }: SavePlace,
  change: Change,
): Step<SaveResult> {
  const prepared = prepare(environment, change);
  return (view) => {
    const standing = prepared.keys.map(({ opId, write }) => view.key(opId, write.key));
    const refused = keyRefusal(prepared.keys, standing) ?? claimTaken(view, prepared);
    if (refused !== undefined) return refused;
    compareVersions(view, prepared);
    requireRoom(view, prepared, outboxEventsMax);
    const keys = prepared.keys.flatMap((write, nth) => joined(write, standing[nth]));
    // From here nothing throws: the step puts all of the change.
    for (const { opId, record, write } of keys) view.putKey(opId, record, write);
    for (const { id, version, write } of prepared.cards) view.putCard(id, version, write);
    for (const { id, version, write } of prepared.operations) view.putOperation(id, version, write);
    for (const { claim, key } of prepared.claims) view.putClaim(claim, key, present);
    view.writes.push(...prepared.indexes);
    return { kind: "SAVED", firstSeq: append(environment, view, prepared) };
  };
}

/** An outbox grows while the ledger is away; a full one promises no more events than it can keep. */
function requireRoom({ streams }: CommitView, { events }: Prepared, max: number): void {
  if (events.length === 0 || streams.kept + events.length <= max) return;
  throw new PortError(
    "UNAVAILABLE",
    `card store: ${streams.kept} events wait for the ledger, there is no room for more`,
  );
}

function append(environment: Environment, view: CommitView, { shard, events }: Prepared): number {
  const firstSeq = view.streams.nextSeq(shard);
  for (const value of events) {
    const { seq, place } = view.streams.append(shard);
    view.put(environment.outbox, placeKey(place), addressed(value, shard, seq));
  }
  return firstSeq;
}

function prepare(environment: Environment, change: Change): Prepared {
  const { shard } = change;
  return {
    shard,
    keys: keyWrites(change),
    cards: change.cards.map(({ record, expectedVersion }) => ({
      id: record.card.cardId,
      expected: expectedVersion,
      version: record.card.version,
      write: { key: cardKey(record.card.cardId), value: encodeCard(record) },
    })),
    operations: change.operations.map(({ record, expectedVersion }) => ({
      id: record.operation.opId,
      expected: expectedVersion,
      version: record.operation.version,
      write: { key: operationKey(shard, record.operation.opId), value: encodeOperation(record) },
    })),
    claims: change.claims.map((claim) => ({ claim, key: claimKey(claim) })),
    events: change.events.map(({ eventId, bytes }) => encodeEvent(eventId, bytes)),
    indexes: indexWrites(environment, change),
  };
}

/** One record per operation key: pointer and outcome of the same key share it. */
function keyWrites({ pointer, outcome, shard }: Change): KeyWrite[] {
  const made: KeyWrite[] = [];
  if (pointer !== null) {
    const { opId, bodyHash, decisionShard } = pointer;
    const own = outcome?.opId === opId ? outcome : null;
    made.push(keyWrite(opId, { shard: decisionShard, bodyHash, outcome: own }));
  }
  if (outcome !== null && outcome.opId !== pointer?.opId)
    made.push(keyWrite(outcome.opId, { shard, bodyHash: null, outcome }));
  return made;
}

const keyWrite = (opId: OpId, record: KeyRecord): KeyWrite => ({
  opId,
  record,
  write: { key: opKey(opId), value: encodeKey(record) },
});

function indexWrites({ wallets, batches }: Environment, change: Change): Write[] {
  const writes: Write[] = [];
  for (const { record, expectedVersion } of change.cards) {
    const { batchId, cardId } = record.card;
    if (expectedVersion > 0 || batchId === null) continue;
    const key = batchKey(batchId, change.shard, cardId);
    writes.push({ database: batches, key, value: present });
  }
  // What is added stays, also when the same change removes it: an index may hold too much, never too little.
  for (const { walletId, cardId } of change.walletRemoves)
    writes.push({ database: wallets, key: walletKey(walletId, cardId), value: null });
  for (const { walletId, cardId } of change.walletAdds)
    writes.push({ database: wallets, key: walletKey(walletId, cardId), value: present });
  return writes;
}

/** What stands under the change's keys already and decides it: the first outcome wins. */
function keyRefusal(
  keys: readonly KeyWrite[],
  standing: readonly (KeyRecord | undefined)[],
): SaveResult | undefined {
  for (const [nth, { record }] of keys.entries()) {
    const found = standing[nth];
    if (found === undefined) continue;
    const bothHashed = record.bodyHash !== null && found.bodyHash !== null;
    if (bothHashed && record.bodyHash !== found.bodyHash) return { kind: "KEY_REUSED" };
    if (found.outcome !== null) return { kind: "OUTCOME_EXISTS", outcome: found.outcome };
  }
  return undefined;
}

/** The write of a key under which something stands: a pointer that is there stays, an outcome joins it. */
function joined(given: KeyWrite, standing: KeyRecord | undefined): KeyWrite[] {
  const { opId, record } = given;
  if (standing === undefined) return [given];
  if (record.outcome === null) return [];
  if (standing.shard !== record.shard)
    throw new PortError(
      "CONTRACT_BROKEN",
      `card store: key ${opId} is decided in shard ${standing.shard}, not ${record.shard}`,
    );
  return [keyWrite(opId, { ...record, bodyHash: standing.bodyHash ?? record.bodyHash })];
}

function claimTaken(view: CommitView, { claims }: Prepared): SaveResult | undefined {
  const taken = claims.find(({ claim, key }) => view.claimed(claim, key));
  return taken && { kind: "CLAIM_TAKEN", claim: taken.claim };
}

function compareVersions(view: CommitView, { cards, operations }: Prepared): void {
  for (const { id, expected, write } of cards)
    requireVersion(id, expected, view.cardVersion(id, write.key));
  for (const { id, expected, write } of operations)
    requireVersion(id, expected, view.operationVersion(id, write.key));
}

function requireVersion(id: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new PortError("VERSION_CONFLICT", `${id} has version ${found}, not ${expected}`);
}
