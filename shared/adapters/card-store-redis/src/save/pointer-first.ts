import { type OpId, shardOf } from "@scrip/domain";
import { type Change, PortError, type SaveResult } from "@scrip/ports";
import { broken } from "../faults.ts";
import type { Reached } from "../identity.ts";
import { readOutcome, readPointer } from "../reads.ts";
import { decodePointer } from "../records/key-records.ts";
import { packer } from "../records/packer.ts";
import { bufferOf } from "../server/reply.ts";

const opBytes = 32;

/**
 * A save on a cluster, where the pointer may lie on another node than the rest: it goes first. Whoever comes with the
 * same key meanwhile finds it and is decided by the save in the decision shard, where the first outcome wins. A save
 * that is refused takes back the pointer it put; one whose outcome is not known leaves it.
 * @param save what the decision shard's node does
 */
export async function savePointerFirst(
  reached: Reached,
  { change, shards }: { readonly change: Change; readonly shards: number },
  save: () => Promise<SaveResult>,
): Promise<SaveResult> {
  const { pointer, outcome } = change;
  if (outcome !== null && outcome.opId !== pointer?.opId) {
    const { opId } = outcome;
    const decided = (await readPointer(reached.server, shards, opId))?.decisionShard;
    const elsewhere = await decidedElsewhere(reached, { change, opId, decided });
    if (elsewhere !== undefined) return elsewhere;
  }
  if (pointer === null) return await save();
  const { opId, bodyHash } = pointer;
  const home = shardOf(opId, shards);
  packer.start().list(4).hex(opId, opBytes).hex(bodyHash, opBytes);
  packer.whole(pointer.decisionShard).whole(home);
  const reply = await reached.functions.call("putPointer", home, packer.finish());
  const standing = reply === 0 ? pointer : decodePointer(bufferOf(reply));
  if (standing.bodyHash !== null && standing.bodyHash !== bodyHash) return { kind: "KEY_REUSED" };
  const release = () => releasePointer(reached, opId, home);
  try {
    const decided = standing.decisionShard;
    const result = (await decidedElsewhere(reached, { change, opId, decided })) ?? (await save());
    if (result.kind !== "SAVED") await release();
    return result;
  } catch (error) {
    if (error instanceof PortError && error.outcomeKnown) await release();
    throw error;
  }
}

/** What the save in the change's shard does not see: what stands under a key that another shard decides. */
async function decidedElsewhere(
  { server }: Reached,
  { change, opId, decided }: { change: Change; opId: OpId; decided: number | undefined },
): Promise<SaveResult | undefined> {
  const own = opId === change.outcome?.opId;
  if (decided === undefined || (own && decided === change.shard)) return undefined;
  const outcome = await readOutcome(server, decided, opId);
  if (outcome !== undefined) return { kind: "OUTCOME_EXISTS", outcome };
  if (!own) return undefined;
  if (change.pointer === null) throw broken(`shard ${decided} decides this key`);
  // Another request with this key is about to be decided there, or was cut off: whoever loads again finds its pointer.
  throw new PortError("VERSION_CONFLICT", `card store: shard ${decided} is deciding this key`);
}

/** Nothing is lost when this fails: a pointer without an outcome is what a crash leaves, too. */
async function releasePointer({ functions }: Reached, opId: OpId, home: number): Promise<void> {
  packer.start().list(2).hex(opId, opBytes).whole(home);
  await functions.call("releasePointer", home, packer.finish()).catch(() => undefined);
}
