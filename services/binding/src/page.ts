import type { Card } from "@scrip/domain";
import { Problem } from "@scrip/service-kit";
import { formatCursor, limitOf, parseCursor, type PageQuery } from "@scrip/wire";

const list = "wallet";

/** Cards in the order of their ids, from the cursor on. @throws Problem CURSOR_INVALID */
export function pageOf(
  cards: readonly Card[],
  query: PageQuery,
): { items: Card[]; nextCursor: string | null } {
  const after = query.cursor === undefined ? "" : parseCursor(list, query.cursor);
  if (typeof after !== "string") throw new Problem("CURSOR_INVALID");
  const rest = cards
    .filter((card) => card.cardId > after)
    .sort((a, b) => (a.cardId < b.cardId ? -1 : 1));
  const items = rest.slice(0, limitOf(query));
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  return { items, nextCursor: more ? formatCursor(list, last.cardId) : null };
}
