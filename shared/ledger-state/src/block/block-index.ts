import { type CardId, isControl, leavesOf, type OpId } from "@scrip/domain";
import type { NewBlock } from "./block.ts";
import { listOfRejections, listsOf } from "./lists.ts";

/** What a block adds to the indexes of those who serve queries. */
export interface BlockLookups {
  readonly events: { readonly eventId: string; readonly index: number }[];
  readonly cards: { readonly cardId: CardId; readonly index: number }[];
  readonly operations: { readonly opId: OpId; readonly index: number }[];
  readonly control: number[];
  readonly lists: { readonly list: string; readonly indexes: number[] }[];
}

/** Every event under its id and cards; under its operation key and among the control events if it was accepted; in its lists. */
export function lookupsOf({ events }: Pick<NewBlock, "events">): BlockLookups {
  const found: BlockLookups = { events: [], cards: [], operations: [], control: [], lists: [] };
  const lists = new Map<string, number[]>();
  const enter = (list: string, index: number): void => {
    const indexes = lists.get(list);
    if (indexes === undefined) lists.set(list, [index]);
    else indexes.push(index);
  };
  for (const { index, eventId, entry, reason } of events) {
    found.events.push({ eventId, index });
    if (reason !== null) enter(listOfRejections, index);
    if (entry === null) continue;
    const { event } = entry;
    for (const cardId of leavesOf(event).cards) found.cards.push({ cardId, index });
    for (const list of listsOf(event, reason === null)) enter(list, index);
    if (reason !== null) continue;
    if (event.opId !== null) found.operations.push({ opId: event.opId, index });
    if (isControl(event)) found.control.push(index);
  }
  for (const [list, indexes] of lists) found.lists.push({ list, indexes });
  return found;
}
