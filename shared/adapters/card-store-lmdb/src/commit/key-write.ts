import type { OpId } from "@scrip/domain";
import { type Change, keptOutcome, PortError, type SaveResult } from "@scrip/ports";
import { encodeKey, type KeyRecord, stampSeq } from "../records/key-record.ts";
import { seal } from "../records/checksum.ts";
import { opKey } from "../records/keys.ts";

export interface KeyedBytes {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * What a change puts under an operation key, with its bytes made; its outcome's number is known only in the commit, so
 * they are sealed there.
 */
export interface KeyWrite {
  readonly opId: OpId;
  readonly record: KeyRecord;
  readonly write: KeyedBytes;
}

/** One record per operation key: pointer and outcome of the same key share it. */
export function keyWrites({ pointer, outcome, shard }: Change): KeyWrite[] {
  const made: KeyWrite[] = [];
  // Nothing is numbered yet.
  const given = outcome && keptOutcome(outcome, { events: 0, firstSeq: 0 });
  if (pointer !== null) {
    const { opId, bodyHash, decisionShard } = pointer;
    const own = given?.opId === opId ? given : null;
    made.push(keyWrite(opId, { shard: decisionShard, bodyHash, outcome: own }));
  }
  if (given !== null && given.opId !== pointer?.opId)
    made.push(keyWrite(given.opId, { shard, bodyHash: null, outcome: given }));
  return made;
}

const keyWrite = (opId: OpId, record: KeyRecord): KeyWrite => ({
  opId,
  record,
  write: { key: opKey(opId), value: encodeKey(record) },
});

/** What stands under the change's keys already and decides it: the first outcome wins. */
export function keyRefusal(
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
export function joined(given: KeyWrite, standing: KeyRecord | undefined): KeyWrite[] {
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

/** The same write with the number of its outcome's event filled in, and sealed. */
export function numbered(
  given: KeyWrite,
  saved: { readonly events: number; readonly firstSeq: number },
): KeyWrite {
  const { opId, record, write } = given;
  const { shard, bodyHash } = record;
  const outcome = record.outcome && keptOutcome(record.outcome, saved);
  if (outcome !== null) stampSeq(write.value, outcome.seq);
  seal(write.key, write.value);
  return { opId, record: { shard, bodyHash, outcome }, write };
}
