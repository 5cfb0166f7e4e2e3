import { bucketDepthMax, type MapShape } from "@scrip/state-map";
import { concat } from "@scrip/wire";
import { LedgerStateError } from "../ledger-error.ts";

/** What the state machine needs to go on that is not in the map. */
export interface LedgerMeta {
  /** Height and time of the last seal. */
  readonly height: number;
  readonly timeMs: number;
  readonly shape: MapShape;
  readonly mapRoot: Uint8Array;
  /** The log's right edge, as `Frontier` writes it. */
  readonly frontier: Uint8Array;
}

const version = 1;
const rootAt = 1 + 8 + 8 + 1 + 8;
const frontierAt = rootAt + 32;

/** version, height, time (uint64 each), map depth (one byte), leaves (uint64), map root, frontier. */
export function encodeMeta({ height, timeMs, shape, mapRoot, frontier }: LedgerMeta): Uint8Array {
  const head = new Uint8Array(rootAt);
  const view = new DataView(head.buffer);
  view.setUint8(0, version);
  view.setBigUint64(1, BigInt(height));
  view.setBigUint64(9, BigInt(timeMs));
  view.setUint8(17, shape.depth);
  view.setBigUint64(18, BigInt(shape.count));
  return concat(head, mapRoot, frontier);
}

/** @throws LedgerStateError STATE_CORRUPT */
export function decodeMeta(bytes: Uint8Array): LedgerMeta {
  if (bytes.length < frontierAt || bytes[0] !== version) {
    throw new LedgerStateError("STATE_CORRUPT", `meta record of ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const depth = view.getUint8(17);
  if (depth > bucketDepthMax)
    throw new LedgerStateError("STATE_CORRUPT", `a map depth of ${depth}`);
  return {
    height: Number(view.getBigUint64(1)),
    timeMs: Number(view.getBigUint64(9)),
    shape: { depth, count: Number(view.getBigUint64(18)) },
    mapRoot: bytes.slice(rootAt, frontierAt),
    frontier: bytes.slice(frontierAt),
  };
}
