import { noEffects, positionAt, signedEntry, situationOf } from "@scrip/application";
import { decide, type OpId, type ParticipantId } from "@scrip/domain";
import type { CardStore, NewEvent, Outbox, Signer, StreamPosition } from "@scrip/ports";
import { nextChain, type ShardHead, toHex } from "@scrip/wire";
import { suite } from "../container.ts";
import { CommandError } from "../surroundings.ts";
import { deliver, type Writing } from "./deliver.ts";

export interface Opening extends Writing {
  readonly operator: Signer;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
}

const opIdBytes = 32;
/** The operator's own participant, as the local data directory names it. */
const actor = "operator" as ParticipantId;

/**
 * Opens the next epoch of every shard, the control stream's last: from there on no batch of the older ones is taken. The
 * store stands in the new epochs once it resolves. @returns the epoch of each stream
 * @throws CommandError when the ledger has not taken it; the store is to be made anew then
 */
export async function openEpochs(
  opening: Opening,
  store: CardStore & Outbox,
): Promise<readonly number[]> {
  const control = store.shards;
  const heads: ShardHead[] = [];
  for (let shard = 0; shard <= control; shard += 1) heads.push(await opening.ledger.head(shard));
  await store.save({
    shard: control,
    pointer: null,
    outcome: null,
    ...noEffects,
    events: eventsFor(opening, heads),
  });
  await deliver(opening, store, control);
  const epochs: number[] = [];
  for (const before of heads) {
    const after = await opening.ledger.head(before.shard);
    await store.trim(before.shard, await opened(store, before, after));
    epochs.push(after.epoch);
  }
  return epochs;
}

/** One event for each stream. That of the control stream is the last: it stands behind all others, and says so. */
function eventsFor(opening: Opening, heads: readonly ShardHead[]): NewEvent[] {
  const events: NewEvent[] = [];
  let own = heads.at(-1);
  if (own === undefined) throw new Error("a ledger without streams");
  for (const head of heads) {
    const event = eventFor(opening, head === heads.at(-1) ? own : head);
    events.push(event);
    own = {
      ...own,
      nextSeq: own.nextSeq + 1,
      chain: nextChain(suite.hash, own.chain, event.eventId),
    };
  }
  return events;
}

function eventFor(opening: Opening, stream: ShardHead): NewEvent {
  const { operator, nowMs, randomBytes, chainId } = opening;
  const { shard, epoch, nextSeq: fromSeq, chain } = stream;
  const opId = toHex(randomBytes(opIdBytes)) as OpId;
  const decision = decide(situationOf(null, [], { stream }), {
    type: "OpenEpoch",
    nowMs: nowMs(),
    actor,
    opId,
    shard,
    epoch: epoch + 1,
    fromSeq,
    chain,
  });
  if (decision.kind === "REFUSED")
    throw new CommandError(`shard ${shard}: ${decision.refusal.code}`);
  const identity = { randomBytes };
  return signedEntry({ identity, hash: suite.hash, signer: operator, chainId }, decision.event);
}

/** Where the store's own stream stands in the new epoch: its own chain, compared with the ledger's. */
async function opened(
  outbox: Outbox,
  before: ShardHead,
  after: ShardHead,
): Promise<StreamPosition> {
  const { shard } = before;
  const own = await positionAt({ outbox, shard, hash: suite.hash }, after.nextSeq);
  const same = own.seq === after.nextSeq && own.chain === after.chain;
  if (same && after.epoch === before.epoch + 1) return { ...own, epoch: after.epoch };
  throw new CommandError(
    `shard ${shard} stands at event ${after.nextSeq} of epoch ${after.epoch}: not where it was opened`,
  );
}
