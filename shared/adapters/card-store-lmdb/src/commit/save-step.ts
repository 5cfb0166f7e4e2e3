import type { Card, CardId, OpId } from "@scrip/domain";
import { type Change, entersBatch, PortError, type SaveResult } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { encodeCard } from "../records/card-record.ts";
import { entryUnder } from "../records/checksum.ts";
import { cardKey, claimKey, operationKey, placeKey } from "../records/keys.ts";
import { encodeOperation } from "../records/operation-record.ts";
import { addressed, encodeEvent } from "../records/stream-record.ts";
import type { CommitView, Write } from "./commit-view.ts";
import type { Step } from "./group-commit.ts";
import { indexWrites } from "./index-writes.ts";
import {
  joined,
  keyRefusal,
  type KeyWrite,
  keyWrites,
  numbered,
  type KeyedBytes,
} from "./key-write.ts";

interface Expectation<Id> {
  readonly id: Id;
  readonly key: Buffer;
  readonly expected: number;
}

interface Versioned<Id> extends Expectation<Id> {
  readonly version: number;
  readonly write: KeyedBytes;
}

/** A change with all its bytes made: what is left for the commit is to compare and to put. */
interface Prepared {
  readonly shard: number;
  readonly keys: readonly KeyWrite[];
  readonly cards: readonly Versioned<CardId>[];
  readonly operations: readonly Versioned<OpId>[];
  readonly operationRemoves: readonly Expectation<OpId>[];
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
    const firstSeq = append(environment, view, prepared);
    const saved = { events: prepared.events.length, firstSeq };
    for (const each of keys) view.putKey(numbered(each, saved));
    for (const { id, version, write } of prepared.cards) view.putCard(id, version, write);
    for (const { id, version, write } of prepared.operations) view.putOperation(id, version, write);
    for (const { id, key } of prepared.operationRemoves) view.removeOperation(id, key);
    for (const { claim, key } of prepared.claims) view.putClaim(claim, key, entryUnder(key));
    view.writes.push(...prepared.indexes);
    return { kind: "SAVED", firstSeq };
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
    cards: change.cards.map(({ record, expectedVersion: expected }) => {
      const { cardId: id, version } = record.card;
      const key = cardKey(id);
      return { id, key, expected, version, write: { key, value: encodeCard(record) } };
    }),
    operations: change.operations.map(({ record, expectedVersion: expected }) => {
      const { opId: id, version } = record.operation;
      const key = operationKey(shard, id);
      return { id, key, expected, version, write: { key, value: encodeOperation(record) } };
    }),
    operationRemoves: change.operationRemoves.map(({ opId: id, expectedVersion: expected }) => ({
      id,
      key: operationKey(shard, id),
      expected,
    })),
    claims: change.claims.map((claim) => ({ claim, key: claimKey(claim) })),
    events: change.events.map(({ eventId, bytes }) => encodeEvent(eventId, bytes)),
    indexes: indexWrites(environment, change, bornInBatch(change)),
  };
}

function claimTaken(view: CommitView, { claims }: Prepared): SaveResult | undefined {
  const taken = claims.find(({ claim, key }) => view.claimed(claim, key));
  return taken && { kind: "CLAIM_TAKEN", claim: taken.claim };
}

function compareVersions(view: CommitView, prepared: Prepared): void {
  for (const { id, expected, key } of prepared.cards)
    requireVersion(id, expected, view.cardVersion(id, key));
  for (const { id, expected, key } of [...prepared.operations, ...prepared.operationRemoves])
    requireVersion(id, expected, view.operationVersion(id, key));
}

function requireVersion(id: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new PortError("VERSION_CONFLICT", `${id} has version ${found}, not ${expected}`);
}

const bornInBatch = ({ cards }: Change): Card[] =>
  cards.flatMap(({ record: { card }, expectedVersion }) =>
    expectedVersion === 0 && entersBatch(card) ? [card] : [],
  );
