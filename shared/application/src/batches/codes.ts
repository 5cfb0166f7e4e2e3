import { createHash } from "node:crypto";
import type { Batch } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { bodyHash, canonicalJson, codeAt, codeLineBytes, formatCode } from "@scrip/wire";
import { noEffects } from "../keyed/attempt.ts";
import { standing } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { confirmationOf } from "./batch-records.ts";
import type { CodeDigests } from "./code-digests.ts";
import { codesPieceBytes } from "./limits.ts";

/** What codes are made from, and where it stands that they were confirmed. */
export interface CodeSource extends Pick<OperationPorts, "hash" | "store" | "clock"> {
  readonly vault: BatchVault;
  readonly digests: CodeDigests;
}

/** Bytes of a download of all codes from number `offset` on, at most the batch's count. */
export const codesBytes = (batch: Batch, offset: number): number =>
  (batch.count - offset) * codeLineBytes;

/**
 * The codes of a batch from number `offset` on, one per line, in pieces of bounded size.
 * @throws PortError UNAVAILABLE as soon as the codes are confirmed by somebody else, also in the middle.
 */
export async function* codeLines(
  source: CodeSource,
  batch: Batch,
  offset: number,
): AsyncGenerator<string> {
  for await (const range of ranges(batch, offset)) {
    const seed = await source.vault.seed(batch.batchId);
    if (seed === undefined || seed === "WIPED")
      throw new PortError("UNAVAILABLE", "the codes were wiped meanwhile");
    yield linesOf(source.hash, seed, range);
  }
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Cuts what is left of a batch into pieces. Making a piece is work: others get their turn before each. */
async function* ranges({ count }: Batch, offset: number): AsyncGenerator<Range> {
  const perPiece = Math.floor(codesPieceBytes / codeLineBytes);
  for (let from = offset; from < count; from += perPiece) {
    await new Promise((resolve) => setImmediate(resolve));
    yield { from, to: Math.min(from + perPiece, count) };
  }
}

function linesOf(hash: CodeSource["hash"], seed: Uint8Array, { from, to }: Range): string {
  let lines = "";
  for (let index = from; index < to; index += 1) {
    lines += `${formatCode(codeAt(hash, seed, index))}\n`;
  }
  return lines;
}

export type Confirmation =
  "CONFIRMED" | "MISMATCH" | /** Somebody said before that they received something else. */ "WIPED";

/** What the issuer says it received: the number of codes and the SHA-256 (hex) of the whole download. */
export interface Received {
  readonly count: number;
  readonly sha256: string;
}

/**
 * Ends the time in which codes can be listed, if what the issuer says of them is right: that is written down, then the
 * seed's key is destroyed, durably. Saying the same again is confirmed again.
 */
export async function confirmCodes(
  source: CodeSource,
  batch: Batch,
  received: Received,
): Promise<Confirmation> {
  const { store, hash, vault } = source;
  const opId = confirmationOf(batch.batchId);
  const { count, sha256 } = received;
  const said = bodyHash(hash, canonicalJson({ count, sha256 }));
  const before = await standing(store, { opId, bodyHash: said });
  if (before === undefined) {
    const wrong = await mismatchOf(source, batch, received);
    if (wrong !== undefined) return wrong;
  }
  const shard = store.shards;
  const pointer = { opId, bodyHash: said, decisionShard: shard };
  const atMs = source.clock.nowMs();
  const outcome = { opId, kind: "DONE", eventId: null, atMs, answer: "{}" } as const;
  const saved = await store.save({ ...noEffects, shard, pointer, outcome });
  // From here the codes are confirmed. Whoever finds the key still there after a crash destroys it.
  await vault.wipe(batch.batchId);
  return saved.kind === "KEY_REUSED" ? "WIPED" : "CONFIRMED";
}

/** Whether nobody may list the codes of a batch any more; sees to it that nobody can. */
export async function codesWiped(
  { store, vault }: Pick<CodeSource, "store" | "vault">,
  { batchId }: Batch,
): Promise<boolean> {
  if ((await vault.seed(batchId)) === "WIPED") return true;
  if ((await store.outcome(store.shards, confirmationOf(batchId))) === undefined) return false;
  await vault.wipe(batchId);
  return true;
}

async function mismatchOf(
  source: CodeSource,
  batch: Batch,
  { count, sha256 }: Received,
): Promise<"MISMATCH" | "WIPED" | undefined> {
  const seed = await source.vault.seed(batch.batchId);
  if (seed === undefined || seed === "WIPED") return "WIPED";
  if (count !== batch.count) return "MISMATCH";
  const whole = await source.digests.of(batch.batchId, () => digestOf(source, batch, seed));
  return sha256 === whole ? undefined : "MISMATCH";
}

async function digestOf({ hash }: CodeSource, batch: Batch, seed: Uint8Array): Promise<string> {
  const digest = createHash("sha256");
  for await (const range of ranges(batch, 0)) digest.update(linesOf(hash, seed, range));
  return digest.digest("hex");
}
