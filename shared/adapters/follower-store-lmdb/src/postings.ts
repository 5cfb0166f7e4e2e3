import { indexAtEnd } from "./keys.ts";

/** What one block adds to a list: each index as its distance from the first one, which the key has. */
const distanceBytes = 4;

/** @param indexes ascending, all of one block */
export function packPostings(indexes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(indexes.length * distanceBytes);
  const view = new DataView(bytes.buffer);
  const first = indexes[0] ?? 0;
  for (const [at, index] of indexes.entries()) view.setUint32(at * distanceBytes, index - first);
  return bytes;
}

/** The first `limit` indexes of a record that come after the given one. */
export function postingsAfter(
  key: Uint8Array,
  bytes: Uint8Array,
  { after, limit }: { readonly after: number; readonly limit: number },
): number[] {
  const first = indexAtEnd(key);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let at = 0; at < bytes.length && found.length < limit; at += distanceBytes) {
    const index = first + view.getUint32(at);
    if (index > after) found.push(index);
  }
  return found;
}

/** How many indexes a record holds. */
export const postingsIn = (bytes: Uint8Array): number => bytes.length / distanceBytes;
