import { createHash } from "node:crypto";
import type { Batch } from "@scrip/domain";
import type { BatchVault } from "@scrip/ports";
import type { Hash } from "@scrip/merkle-log";
import { codeAt, formatCode } from "@scrip/wire";
import { codesPieceBytes } from "./limits.ts";

/** Bytes of one line of a download: 24 symbols and the check symbol in five groups, and the line's end. */
const lineBytes = 30;

/**
 * The codes of a batch from number `offset` on, one per line, in pieces of bounded size. It stops with an error as soon
 * as the codes are confirmed by somebody else.
 */
export async function* codeLines(
  ports: { readonly hash: Hash; readonly vault: BatchVault },
  batch: Batch,
  offset: number,
): AsyncGenerator<string> {
  const perPiece = Math.floor(codesPieceBytes / lineBytes);
  for (let from = offset; from < batch.count; from += perPiece) {
    const seed = await ports.vault.seed(batch.batchId);
    if (seed === undefined || seed === "WIPED") throw new Error("the codes were wiped meanwhile");
    yield piece(ports.hash, seed, { from, to: Math.min(from + perPiece, batch.count) });
  }
}

function piece(hash: Hash, seed: Uint8Array, range: { from: number; to: number }): string {
  let lines = "";
  for (let index = range.from; index < range.to; index += 1) {
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
  ports: { readonly hash: Hash; readonly vault: BatchVault },
  batch: Batch,
  received: { readonly count: number; readonly sha256: string },
): Promise<Confirmation> {
  const seed = await ports.vault.seed(batch.batchId);
  if (seed === undefined || seed === "WIPED") return "WIPED";
  const digest = createHash("sha256");
  for await (const lines of codeLines(ports, batch, 0)) digest.update(lines);
  const right = received.count === batch.count && received.sha256 === digest.digest("hex");
  if (!right) return "MISMATCH";
  await ports.vault.wipe(batch.batchId);
  return "CONFIRMED";
}
