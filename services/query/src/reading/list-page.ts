import type { FollowerStore } from "@scrip/ports";
import { Problem } from "@scrip/service-kit";
import { formatCursor, limitOf, parseCursor, type PageQuery } from "@scrip/wire";
import { listScannedBytesMax, listScannedMax } from "../limits.ts";
import { logEventAt, type LogEvent } from "./log-event.ts";

/** A list, and where in it a page begins. */
export interface ListPlace {
  /** Name of the list; its cursors hold for no other. */
  readonly list: string;
  /** The page begins behind this place; −1: at the beginning. */
  readonly after: number;
}

/** One place of a list; `item` is null where the reader may not see what stands there. */
export interface ListStep<Item> {
  readonly place: number;
  /** What was read to know it. */
  readonly bytes: number;
  readonly item: Item | null;
}

/** @param end one more than the highest place there is. @throws Problem CURSOR_INVALID */
export function placeOf(list: string, { cursor }: PageQuery, end: number): ListPlace {
  if (cursor === undefined) return { list, after: -1 };
  const after = parseCursor(list, cursor);
  if (typeof after !== "number" || !Number.isInteger(after) || after < 0 || after >= end) {
    throw new Problem("CURSOR_INVALID");
  }
  return { list, after };
}

/**
 * The first items of the steps: as many as asked for, out of the first `listScannedMax` places and about
 * `listScannedBytesMax`. A page with fewer may have a next one all the same.
 */
export function pageOf<Item>(
  { list }: ListPlace,
  steps: Iterable<ListStep<Item>>,
  query: PageQuery,
): { items: Item[]; nextCursor: string | null } {
  const items: Item[] = [];
  const limit = limitOf(query);
  let [last, scanned, scannedBytes] = [-1, 0, 0];
  for (const { place, bytes, item } of steps) {
    const scannedEnough = scanned === listScannedMax || scannedBytes >= listScannedBytesMax;
    // There is a step that the page has no room for: the next page begins with it.
    if (items.length === limit || scannedEnough) {
      return { items, nextCursor: formatCursor(list, last) };
    }
    if (item !== null) items.push(item);
    last = place;
    scanned += 1;
    scannedBytes += bytes;
  }
  return { items, nextCursor: null };
}

/** A list of the log's events, and the page of it that is asked for. */
interface EventsAsked {
  readonly store: Pick<FollowerStore, "entry" | "listed" | "size">;
  readonly list: string;
  readonly query: PageQuery;
}

/** A page of the log's events; `itemOf` is null for those that the reader may not see. @throws Problem CURSOR_INVALID */
export function eventsPage<Item>(
  { store, list, query }: EventsAsked,
  itemOf: (found: LogEvent) => Item | null,
): { items: Item[]; nextCursor: string | null } {
  const from = placeOf(list, query, store.size());
  const steps = function* () {
    for (const place of indexesOf(store, from, limitOf(query) + 1)) {
      const found = logEventAt(store, place);
      yield { place, bytes: found.bytes.length, item: itemOf(found) };
    }
  };
  return pageOf(from, steps(), query);
}

/** Log indexes of a list, from a place on; read piece by piece as they are asked for. */
export function* indexesOf(
  store: Pick<FollowerStore, "listed">,
  { list, after }: ListPlace,
  pieceMax: number,
): Generator<number> {
  for (let last = after; ;) {
    const piece = store.listed(list, last, pieceMax);
    yield* piece;
    if (piece.length < pieceMax) return;
    last = piece.at(-1) ?? last;
  }
}
