import type { OpId, Refusal } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import {
  type CardStore,
  type Change,
  keptOutcome,
  type NewOutcome,
  type Outcome,
  PortError,
} from "@scrip/ports";
import type { Attempt, Decline } from "./attempt.ts";
import { declined } from "./attempt.ts";
import { againOnConflict } from "./on-conflict.ts";
import { refusalAnswer } from "./refusal-answer.ts";

export interface KeyedOperation {
  readonly opId: OpId;
  /** Hash of what was asked, for telling a retry from another request under the same key. */
  readonly bodyHash: string;
  /** Looks and lets the rules decide; called again after a conflict. */
  attempt(): Promise<Attempt>;
  /** The refusal that a claim taken by somebody else means. */
  readonly claimRefusal?: Refusal;
}

export type KeyedResult =
  | {
      readonly kind: "OUTCOME";
      readonly outcome: Outcome;
      /** Where the outcome stands, and its event with it. */
      readonly shard: number;
      /** Its event's entry as it was just saved; null when it is not at hand: the outbox may have it. */
      readonly entry: Uint8Array | null;
      /** What `outcome.answer` says, where it is at hand. */
      readonly answer?: object;
      /** False for whoever brought it about. */
      readonly replayed: boolean;
    }
  /** The key was used with another body. */
  | { readonly kind: "KEY_REUSED" }
  /** The key's first request has not been decided yet. */
  | { readonly kind: "IN_PROGRESS" }
  /** The operation needs something that is on its way to the ledger; nothing was stored. */
  | { readonly kind: "NOT_COMMITTED_YET" };

/** What the key already led to, if anything. */
export async function standing(
  store: CardStore,
  { opId, bodyHash }: Pick<KeyedOperation, "opId" | "bodyHash">,
): Promise<KeyedResult | undefined> {
  const pointer = await store.pointer(opId);
  if (pointer === undefined) return undefined;
  if (pointer.bodyHash !== bodyHash) return { kind: "KEY_REUSED" };
  const outcome = await store.outcome(pointer.decisionShard, opId);
  if (outcome === undefined) return { kind: "IN_PROGRESS" };
  return { kind: "OUTCOME", outcome, shard: pointer.decisionShard, entry: null, replayed: true };
}

/**
 * Load → decide → save under an operation key. One effect per key, declines included; after a conflict everything is
 * looked at again, what stands under the key first: it may have been the same key that saved.
 * @throws PortError VERSION_CONFLICT when retries are exhausted: nothing was stored.
 * @throws PortError UNAVAILABLE: the outcome may exist, the same key finds out.
 */
export const runKeyed = (store: CardStore, operation: KeyedOperation): Promise<KeyedResult> =>
  againOnConflict(
    async () => (await standing(store, operation)) ?? (await tryOnce(store, operation)),
  );

async function tryOnce(store: CardStore, operation: KeyedOperation): Promise<KeyedResult> {
  const attempt = await attempted(store, operation);
  if ("outcome" in attempt) return attempt;
  if (attempt.kind === "NOT_COMMITTED_YET") return attempt;
  if (attempt.kind === "SAVE") await attempt.before?.();
  return await save(store, operation, attempt);
}

type Reached = Extract<KeyedResult, { kind: "OUTCOME" }>;

/** The cards may remember the operation although nothing stands under its key with a body: so it is in a rebuilt store. */
async function attempted(store: CardStore, operation: KeyedOperation): Promise<Attempt | Reached> {
  try {
    return await operation.attempt();
  } catch (error) {
    if (!(error instanceof PortError && error.code === "VERSION_CONFLICT")) throw error;
    for (let shard = 0; shard <= store.shards; shard += 1) {
      const outcome = await store.outcome(shard, operation.opId);
      if (outcome !== undefined) return bodiless(shard, outcome);
    }
    throw error;
  }
}

async function save(
  store: CardStore,
  operation: KeyedOperation,
  attempt: Exclude<Attempt, { kind: "NOT_COMMITTED_YET" }>,
): Promise<KeyedResult> {
  const { opId, bodyHash } = operation;
  const shard = attempt.shard ?? shardOf(opId, store.shards);
  const outcome = outcomeOf(opId, attempt);
  const { effects } = attempt;
  const pointer = { opId, bodyHash, decisionShard: shard };
  const change: Change = { shard, pointer, outcome, ...effects };
  const result = await store.save(change);
  switch (result.kind) {
    case "SAVED":
      // From here the operation is decided. A crash now loses nothing: the relay finds the event in the outbox.
      return reached(change, { attempt, outcome, firstSeq: result.firstSeq });
    case "OUTCOME_EXISTS":
      // It may stand in another shard than this attempt was going to be decided in: the pointer knows.
      return (await standing(store, operation)) ?? bodiless(shard, result.outcome);
    case "KEY_REUSED":
      return { kind: "KEY_REUSED" };
    case "CLAIM_TAKEN":
      return await save(store, operation, taken(operation, attempt.atMs));
  }
}

interface Saved {
  readonly attempt: Exclude<Attempt, { kind: "NOT_COMMITTED_YET" }>;
  readonly outcome: NewOutcome;
  readonly firstSeq: number;
}

/** An outcome without its pointer comes from a rebuilt store, which knows what was done and not what was asked. */
const bodiless = (shard: number, outcome: Outcome): Reached => ({
  kind: "OUTCOME",
  outcome,
  shard,
  entry: null,
  replayed: true,
});

function reached({ events, shard }: Change, { attempt, outcome, firstSeq }: Saved): KeyedResult {
  const kept = keptOutcome(outcome, { events: events.length, firstSeq });
  // The due events go first: the operation's own is the last one.
  const entry = outcome.eventId === null ? null : (events.at(-1)?.bytes ?? null);
  const answer = attempt.kind === "SAVE" ? { answer: attempt.answer } : {};
  return { kind: "OUTCOME", outcome: kept, shard, entry, ...answer, replayed: false };
}

function outcomeOf(
  opId: OpId,
  attempt: Exclude<Attempt, { kind: "NOT_COMMITTED_YET" }>,
): NewOutcome {
  const { atMs } = attempt;
  if (attempt.kind === "SAVE") {
    const answer = JSON.stringify(attempt.answer);
    return { opId, kind: "DONE", eventId: attempt.eventId, atMs, answer };
  }
  const answer = JSON.stringify({ ...refusalAnswer(attempt.refusal), ...attempt.seen });
  return { opId, kind: "DECLINED", eventId: null, atMs, answer };
}

function taken({ claimRefusal }: KeyedOperation, atMs: number): Decline {
  if (claimRefusal === undefined) throw new Error("an operation without claims met a taken one");
  return declined(claimRefusal, atMs);
}
