import type { CardId, OpId } from "@scrip/domain";
import type { BlockIndex } from "@scrip/ports";
import { toHex, writeHex } from "@scrip/wire";

/** The look-ups by id of one block. */
export type BlockLookups = Pick<BlockIndex, "events" | "operations" | "cards">;

const countBytes = 4;
/** A log index as its distance from the block's first one. */
const distanceBytes = 4;
const idLengthBytes = 1;

/** Three lists, each behind their count: length of the id, the id, the distance. */
export function packLookups(index: BlockLookups, fromIndex: number): Uint8Array {
  const lists = [
    index.events.map(({ eventId, index: at }) => ({ id: eventId, at })),
    index.operations.map(({ opId, index: at }) => ({ id: opId, at })),
    index.cards.map(({ cardId, index: at }) => ({ id: cardId, at })),
  ];
  let length = 0;
  for (const list of lists) {
    length += countBytes;
    for (const { id } of list) length += idLengthBytes + id.length / 2 + distanceBytes;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let place = 0;
  for (const list of lists) {
    view.setUint32(place, list.length);
    place += countBytes;
    for (const { id, at } of list) {
      const idBytes = id.length / 2;
      view.setUint8(place, idBytes);
      writeHex(id, bytes, place + idLengthBytes);
      view.setUint32(place + idLengthBytes + idBytes, at - fromIndex);
      place += idLengthBytes + idBytes + distanceBytes;
    }
  }
  return bytes;
}

/** The look-ups of such a record. */
export function readLookups(bytes: Uint8Array, fromIndex: number): BlockLookups {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let place = 0;
  const next = (): { readonly id: string; readonly index: number }[] => {
    const count = view.getUint32(place);
    place += countBytes;
    return Array.from({ length: count }, () => {
      const from = place + idLengthBytes;
      const to = from + view.getUint8(place);
      place = to + distanceBytes;
      return { id: toHex(bytes, from, to), index: fromIndex + view.getUint32(to) };
    });
  };
  const events = next().map(({ id, index }) => ({ eventId: id, index }));
  // Ids were written as they are: what comes back is of the kind it was.
  const operations = next().map(({ id, index }) => ({ opId: id as OpId, index }));
  const cards = next().map(({ id, index }) => ({ cardId: id as CardId, index }));
  return { events, operations, cards };
}
