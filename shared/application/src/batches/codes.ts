import { createHash } from "node:crypto";
import type { Batch } from "@scrip/domain";
import type { Hash } from "@scrip/merkle-log";
import type { BatchVault } from "@scrip/ports";
import { PortError } from "@scrip/ports";
import { codeAt, formatCode } from "@scrip/wire";
import { codesPieceBytes } from "./limits.ts";

/** Bytes of one line of a download: 24 symbols and the check symbol in five groups, and the line's end. */
const lineBytes = 30;

/** What codes are made from. */
export interface CodeSource {
  readonly hash: Hash;
  readonly vault: BatchVault;
}

/** Bytes of a download of all codes from number `offset` on, at most the batch's count. */
export const codesBytes = (batch: Batch, offset: number): number =>
  (batch.count - offset) * lineBytes;

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
  const perPiece = Math.floor(codesPieceBytes / lineBytes);
  for (let from = offset; from < count; from += perPiece) {
    await new Promise((resolve) => setImmediate(resolve));
    yield { from, to: Math.min(from + perPiece, count) };
  }
}

function linesOf(hash: Hash, seed: Uint8Array, { from, to }: Range): string {
  let lines = "";
  for (let index = from; index < to; index += 1) {
    lines += `${formatCode(codeAt(hash, seed, index))}\n`;
  }
  return lines;
}

export type Confirmation = "CONFIRMED" | "MISMATCH" | "WIPED";

/**
 * The issuer says what it received: the number of codes and the SHA-256 (hex) of the whole download. When both are
 * right the seed's key is destroyed, durably, and nobody can list the codes again.
 */
export async function confirmCodes(
  source: CodeSource,
  batch: Batch,
  received: { readonly count: number; readonly sha256: string },
): Promise<Confirmation> {
  const seed = await source.vault.seed(batch.batchId);
  if (seed === undefined || seed === "WIPED") return "WIPED";
  if (received.count !== batch.count) return "MISMATCH";
  const digest = createHash("sha256");
  for await (const range of ranges(batch, 0)) digest.update(linesOf(source.hash, seed, range));
  if (received.sha256 !== digest.digest("hex")) return "MISMATCH";
  await source.vault.wipe(batch.batchId);
  return "CONFIRMED";
}
