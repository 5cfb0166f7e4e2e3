import { type BlockRecord, PortError, type TileRecord } from "@scrip/ports";
import type { BlockPlace } from "./reads.ts";

/** Longest entry, in bytes: a run keeps lengths as uint16, as entry bundles do. */
const entryBytesMax = 65_535;
const hashBytes = 32;
const tileHashesMax = 256;

/** @throws PortError CONTRACT_BROKEN unless the block continues the log and leaves what is full as it is. */
export function requireContinuation(
  block: BlockRecord,
  last: BlockPlace | undefined,
  tileAt: (level: number, index: number) => Uint8Array | undefined,
): void {
  const size = last?.size ?? 0;
  if (block.fromIndex !== size) {
    throw broken(`a block from entry ${block.fromIndex} on, where the log has ${size} entries`);
  }
  if (block.height <= (last?.height ?? -1)) {
    throw broken(`height ${block.height} after height ${last?.height}`);
  }
  if (block.entries.length === 0) throw broken("a block without entries");
  const long = block.entries.find((entry) => entry.length > entryBytesMax);
  if (long !== undefined) throw broken(`an entry of ${long.length} bytes`);
  for (const tile of block.tiles) requireGrowth(tile, tileAt(tile.level, tile.index));
}

/** A tile only ever gets longer. */
function requireGrowth({ level, index, bytes }: TileRecord, stored: Uint8Array | undefined): void {
  const width = bytes.length / hashBytes;
  if (!Number.isInteger(width) || width < 1 || width > tileHashesMax) {
    throw broken(`tile ${level}/${index} of ${bytes.length} bytes`);
  }
  if (stored === undefined) return;
  const before = Buffer.from(stored.buffer, stored.byteOffset, stored.length);
  if (bytes.length < before.length || before.compare(bytes.subarray(0, before.length)) !== 0) {
    throw broken(`tile ${level}/${index} would change hashes it has`);
  }
}

export const broken = (reason: string): PortError =>
  new PortError("CONTRACT_BROKEN", `follower store: ${reason}`);
