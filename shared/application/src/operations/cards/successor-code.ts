import { createHash } from "node:crypto";
import { type BatchId, type Card, type CardId, type OpId, shardOf } from "@scrip/domain";
import type { Hash } from "@scrip/merkle-log";
import { type BatchVault, type CardStore, PortError } from "@scrip/ports";
import {
  type CardCode,
  cardIdOfCode,
  chunkOpId,
  codeAt,
  equalBytes,
  formatCode,
  type OperationRef,
  parseCardId,
  redrawnCodeAt,
} from "@scrip/wire";
import { batchIdOf, batchSeedBytes } from "../../control/create-batch.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import { drawsMax } from "../limits.ts";

/*
 * The code of a card that takes the place of another. Like the codes of a batch it is never stored: it is made from a
 * seed, sealed under a key in a file of its own until the code is confirmed. The seed's id follows from the key of the
 * operation, so that the same key is answered with the same code.
 */

const seedIdOf = (hash: Hash, opId: OpId): BatchId =>
  batchIdOf(chunkOpId(hash, opId, { shard: 0, chunk: 0 }));

function* codesOf(hash: Hash, seed: Uint8Array): Generator<{ code: CardCode; cardId: CardId }> {
  for (let redraw = 0; redraw < drawsMax; redraw += 1) {
    const at = { index: 0, redraw };
    const code = redraw === 0 ? codeAt(hash, seed, 0) : redrawnCodeAt(hash, seed, at);
    yield { code, cardId: cardIdOfCode(hash, code) };
  }
}

/** The id that a successor will have, and what must be durable before it has it. */
export interface Drawn {
  readonly cardId: CardId;
  readonly keep: () => Promise<void>;
}

/** Draws a code whose card lies in the shard: the same one for the same operation, once it was kept. */
export async function drawSuccessor(
  { hash, identity, store }: Pick<OperationPorts, "hash" | "identity" | "store">,
  vault: BatchVault,
  { opId, shard }: { readonly opId: OpId; readonly shard: number },
): Promise<Drawn> {
  const id = seedIdOf(hash, opId);
  const kept = await vault.seed(id);
  if (kept === "WIPED")
    throw new PortError("CORRUPT", `the code of replacement ${opId} was wiped before it was saved`);
  const seed = kept ?? identity.randomBytes(batchSeedBytes);
  for (const { cardId } of codesOf(hash, seed)) {
    if (shardOf(cardId, store.shards) !== shard) continue;
    return { cardId, keep: () => keep(vault, id, seed) };
  }
  throw new Error(`none of ${drawsMax} codes falls into shard ${shard}`);
}

async function keep(vault: BatchVault, id: BatchId, seed: Uint8Array): Promise<void> {
  const kept = await vault.keep(id, seed);
  // The same key is at work elsewhere and was first: its seed is the operation's.
  if (!equalBytes(kept, seed)) throw new PortError("VERSION_CONFLICT", "another seed is kept");
}

/** Forgets what was kept for a replacement that did not come about. */
export async function forgetSuccessor(hash: Hash, vault: BatchVault, opId: OpId): Promise<void> {
  const id = seedIdOf(hash, opId);
  if ((await vault.seed(id)) instanceof Uint8Array) await vault.wipe(id);
}

export interface SuccessorCode {
  /** As it is shown; null when it was wiped, or when there never was one. */
  readonly code: string | null;
  readonly codesWiped: boolean;
}

/** The code of the card that an operation put in another's place, for as long as it is shown. */
export async function successorCode(
  hash: Hash,
  vault: BatchVault,
  { opId, successor }: { readonly opId: OpId; readonly successor: CardId },
): Promise<SuccessorCode> {
  const seed = await vault.seed(seedIdOf(hash, opId));
  if (!(seed instanceof Uint8Array)) return { code: null, codesWiped: seed === "WIPED" };
  for (const { code, cardId } of codesOf(hash, seed))
    if (cardId === successor) return { code: formatCode(code), codesWiped: false };
  throw new PortError("CORRUPT", `the seed of replacement ${opId} does not make its card`);
}

/** The replacement that an id names, and the card it brought. */
export interface Replacement {
  readonly opId: OpId;
  readonly successor: CardId;
}

/** Undefined also for one that is not the caller's: the two are told the same. */
export async function findReplacement(
  store: CardStore,
  ref: OperationRef,
  maySee: (card: Card) => boolean,
): Promise<Replacement | undefined> {
  if (ref.kind !== "rp" || ref.decisionShard >= store.shards) return undefined;
  const outcome = await store.outcome(ref.decisionShard, ref.opId);
  const successor = outcome?.kind === "DONE" ? successorIn(outcome.answer) : null;
  const record = successor === null ? undefined : await store.card(successor);
  if (successor === null || record === undefined || !maySee(record.card)) return undefined;
  return { opId: ref.opId, successor };
}

/** The successor that the stored answer of a replacement names; null in any other answer. */
export function successorIn(answer: string): CardId | null {
  const { operation } = JSON.parse(answer) as { readonly operation?: { successor?: string } };
  return parseCardId(operation?.successor ?? "");
}

/**
 * Says that the code arrived: from then on nobody is told it again. Harmless when repeated.
 * @returns false when that is not its hash; nothing was changed.
 */
export async function confirmSuccessorCode(
  hash: Hash,
  vault: BatchVault,
  { replacement, sha256 }: { readonly replacement: Replacement; readonly sha256: string },
): Promise<boolean> {
  const { code } = await successorCode(hash, vault, replacement);
  if (code !== null && createHash("sha256").update(code).digest("hex") !== sha256) return false;
  await vault.wipe(seedIdOf(hash, replacement.opId));
  return true;
}
