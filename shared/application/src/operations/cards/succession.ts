import { type CardId, passedCardsMax } from "@scrip/domain";
import { type CardRecord, type CardStore, PortError } from "@scrip/ports";

const successorOf = ({ card }: CardRecord): CardId | null =>
  card.standing.status === "REPLACED" ? card.standing.successor : null;

/**
 * The cards, and whatever took the place of those that were replaced: what a refund of theirs is judged by.
 * @throws PortError CORRUPT when a successor is not there, or one leads to more of them than there can be
 */
export async function withSuccessors(
  store: CardStore,
  cardIds: readonly CardId[],
): Promise<CardRecord[]> {
  const all = await store.cards(cardIds);
  for (let next = successors(all), looked = 0; next.length > 0; looked += 1) {
    const found = await store.cards(next);
    if (found.length < next.length || looked > passedCardsMax)
      throw new PortError("CORRUPT", `successors of a replaced card are not there: ${next.join()}`);
    all.push(...found);
    next = successors(found);
  }
  return all;
}

const successors = (records: readonly CardRecord[]): CardId[] =>
  records.flatMap((record) => successorOf(record) ?? []);

/** The card as it stands, or the one that a line of successors leads to. @throws PortError CORRUPT */
export async function lastSuccessor(
  store: CardStore,
  cardId: CardId,
): Promise<CardRecord | undefined> {
  return (await withSuccessors(store, [cardId])).at(-1);
}
