import { type Hash, tagged, tags } from "@scrip/wire";

/** What consensus agrees on after a block: H(tag ‖ log size as uint64 ‖ log root). The log's seal carries the map root. */
export function appHash(hash: Hash, size: number, root: Uint8Array): Uint8Array {
  const position = new Uint8Array(8);
  new DataView(position.buffer).setBigUint64(0, BigInt(size));
  return hash(tagged(tags.appHash, position, root));
}
