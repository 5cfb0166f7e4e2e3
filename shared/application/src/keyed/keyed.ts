import type { OpId, Refusal } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardStore, Change, Outcome } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { conflictRetriesMax } from "./limits.ts";
import { noChange } from "./no-change.ts";
import { refusalAnswer } from "./refusal-answer.ts";

/** What one look at the store led to: something to save, or a no that is kept under the key. */
export type Attempt =
  | {
      readonly kind: "SAVE";
      readonly shard: number;
      readonly changes: Pick<
        Change,
        "cards" | "operations" | "events" | "walletAdds" | "walletRemoves" | "claims"
      >;
      readonly eventId: string | null;
      readonly atMs: number;
      /** What is answered, now and on every retry. */
      readonly answer: object;
    }
  | {
      readonly kind: "DECLINE";
      /** Where the card was found; null when there was none: then the key's own shard keeps the outcome. */
      readonly shard: number | null;
      readonly refusal: Refusal;
      readonly atMs: number;
      /** What the caller may see beside the refusal's own fields. */
      readonly extra?: object;
    };

export interface KeyedOperation {
  readonly opId: OpId;
  readonly bodyHash: string;
  attempt(): Promise<Attempt>;
  /** The refusal that a claim taken by somebody else means. */
  readonly claimRefusal?: Refusal;
}

export type KeyedResult =
  | {
      readonly kind: "OUTCOME";
      readonly outcome: Outcome;
      readonly shard: number;
      readonly replayed: boolean;
    }
  /** The key was used with another body. */
  | { readonly kind: "KEY_REUSED" }
  /** The key's first request has not been decided yet. */
  | { readonly kind: "IN_PROGRESS" };

/** What the key already led to, if anything. */
export async function standing(
  store: CardStore,
  opId: OpId,
  bodyHash: string,
): Promise<KeyedResult | undefined> {
  const pointer = await store.pointer(opId);
  if (pointer === undefined) return undefined;
  if (pointer.bodyHash !== bodyHash) return { kind: "KEY_REUSED" };
  const shard = pointer.decisionShard;
  const outcome = await store.outcome(shard, opId);
  if (outcome === undefined) return { kind: "IN_PROGRESS" };
  return { kind: "OUTCOME", outcome, shard, replayed: true };
}

/**
 * Load → decide → save under an operation key. One effect per key, declines included; a version conflict loads and
 * decides again.
 * @throws PortError VERSION_CONFLICT when retries are exhausted; UNAVAILABLE (the outcome may exist: retry with the same key).
 */
export async function runKeyed(store: CardStore, operation: KeyedOperation): Promise<KeyedResult> {
  const { opId, bodyHash } = operation;
  for (let tries = 0; ; tries += 1) {
    const found = await standing(store, opId, bodyHash);
    if (found !== undefined) return found;
    const attempt = await operation.attempt();
    const change = changeOf(store, operation, attempt);
    try {
      const result = await save(store, operation, change);
      if (result !== undefined) return result;
    } catch (error) {
      const conflict = error instanceof PortError && error.code === "VERSION_CONFLICT";
      if (!conflict || tries >= conflictRetriesMax) throw error;
    }
  }
}

function changeOf(store: CardStore, operation: KeyedOperation, attempt: Attempt): Change {
  const { opId, bodyHash } = operation;
  const shard = attempt.shard ?? shardOf(opId, store.shards);
  const pointer = { opId, bodyHash, decisionShard: shard };
  if (attempt.kind === "DECLINE") {
    const answer = JSON.stringify({ ...refusalAnswer(attempt.refusal), ...attempt.extra });
    const outcome: Outcome = { opId, kind: "DECLINED", eventId: null, atMs: attempt.atMs, answer };
    return { shard, pointer, outcome, ...noChange };
  }
  const { eventId, atMs } = attempt;
  const outcome: Outcome = {
    opId,
    kind: "DONE",
    eventId,
    atMs,
    answer: JSON.stringify(attempt.answer),
  };
  return { shard, pointer, outcome, ...attempt.changes };
}

/** Saves; undefined means: look again, because what was to be said has changed. */
async function save(
  store: CardStore,
  operation: KeyedOperation,
  change: Change,
): Promise<KeyedResult | undefined> {
  const result = await store.save(change);
  switch (result.kind) {
    case "SAVED":
      // From here the operation is decided. A crash now loses nothing: the relay finds the event in the outbox.
      if (change.outcome === null) throw new Error("a keyed operation always has an outcome");
      return { kind: "OUTCOME", outcome: change.outcome, shard: change.shard, replayed: false };
    case "OUTCOME_EXISTS":
      return undefined;
    case "KEY_REUSED":
      return { kind: "KEY_REUSED" };
    case "CLAIM_TAKEN": {
      const { claimRefusal } = operation;
      if (claimRefusal === undefined) throw new Error(`unexpected claim ${result.claim}`);
      const atMs = change.outcome?.atMs ?? 0;
      const declined = changeOf(store, operation, {
        kind: "DECLINE",
        shard: null,
        refusal: claimRefusal,
        atMs,
      });
      return await save(store, operation, declined);
    }
  }
}
