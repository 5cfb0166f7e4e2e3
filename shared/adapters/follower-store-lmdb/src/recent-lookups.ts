import type { BlockLookups } from "./lookup-records.ts";

/** Parts of the space of ids, each a range of neighbours, that go to the store's trees one after the other. */
const slicesMax = 32;

/** What is known of the ids of one part. */
export interface Slice {
  readonly events: Map<string, number>;
  readonly operations: Map<string, number>;
  /** Log indexes of a card, ascending. */
  readonly cards: Map<string, number[]>;
}

/** What the next transaction takes from memory into the trees, and the records it thereby no longer needs. */
export interface Settling {
  readonly slices: readonly Slice[];
  /** By the first index of their blocks. */
  readonly records: readonly number[];
}

interface KeptRecord {
  readonly fromIndex: number;
  /** How many slices had been settled when its look-ups were noted. */
  readonly since: number;
}

/**
 * Look-ups by ids of the newest blocks. An id is a hash: written to its tree at once each would cost a page of its own,
 * at the other end of the tree from the one before. So a block leaves its look-ups in one record, and here; with too
 * many of them, the ids of one part of their space go to the trees, where many by then share a page.
 */
export class RecentLookups {
  readonly #lookupsMax: number;
  readonly #slices = Array.from({ length: slicesMax }, emptySlice);
  readonly #records: KeptRecord[] = [];
  #settled = 0;
  #count = 0;

  /** @param lookupsMax what is kept at most when a block begins */
  constructor(lookupsMax: number) {
    this.#lookupsMax = lookupsMax;
  }

  /** The look-ups of a block whose record can be read by now. Blocks come in order. */
  note(index: BlockLookups, fromIndex: number): void {
    for (const { eventId, index: at } of index.events) {
      this.#add(this.#sliceOf(eventId).events, eventId, at);
    }
    for (const { opId, index: at } of index.operations) {
      this.#add(this.#sliceOf(opId).operations, opId, at);
    }
    for (const { cardId, index: at } of index.cards) this.#addCard(cardId, at);
    this.#records.push({ fromIndex, since: this.#settled });
  }

  /** What is to go to the trees with the next block; nothing while little is kept. */
  toSettle(): Settling {
    const slices: Slice[] = [];
    let rest = this.#count;
    while (rest > this.#lookupsMax && slices.length < slicesMax) {
      const slice = this.#slice(this.#settled + slices.length);
      slices.push(slice);
      rest -= lookupsIn(slice);
    }
    // Once every slice was settled since then, the trees have all of a record.
    const full = this.#settled + slices.length - slicesMax;
    const records = this.#records
      .filter(({ since }) => since <= full)
      .map(({ fromIndex }) => fromIndex);
    return { slices, records };
  }

  /** The trees have it, and reads see that. */
  settled({ slices, records }: Settling): void {
    for (const slice of slices) {
      this.#count -= lookupsIn(slice);
      for (const ids of [slice.events, slice.operations, slice.cards]) ids.clear();
    }
    this.#settled += slices.length;
    this.#records.splice(0, records.length);
  }

  event(eventId: string): number | undefined {
    return this.#sliceOf(eventId).events.get(eventId);
  }

  operation(opId: string): number | undefined {
    return this.#sliceOf(opId).operations.get(opId);
  }

  /** Ascending. */
  card(cardId: string): readonly number[] {
    return this.#sliceOf(cardId).cards.get(cardId) ?? [];
  }

  /** How many there are beside those that the trees have too. */
  beside(trees: {
    readonly event: (eventId: string) => boolean;
    readonly operation: (opId: string) => boolean;
    readonly card: (cardId: string, index: number) => boolean;
  }): { readonly events: number; readonly operations: number; readonly cards: number } {
    const found = { events: 0, operations: 0, cards: 0 };
    for (const { events, operations, cards } of this.#slices) {
      for (const id of events.keys()) if (!trees.event(id)) found.events += 1;
      for (const id of operations.keys()) if (!trees.operation(id)) found.operations += 1;
      for (const [id, indexes] of cards)
        found.cards += indexes.filter((index) => !trees.card(id, index)).length;
    }
    return found;
  }

  /** An id keeps the first index it got. */
  #add(ids: Map<string, number>, id: string, index: number): void {
    if (ids.has(id)) return;
    ids.set(id, index);
    this.#count += 1;
  }

  #addCard(cardId: string, index: number): void {
    const { cards } = this.#sliceOf(cardId);
    const indexes = cards.get(cardId);
    if (indexes === undefined) cards.set(cardId, [index]);
    else if (indexes.at(-1) !== index) indexes.push(index);
    else return;
    this.#count += 1;
  }

  #sliceOf(id: string): Slice {
    return this.#slice(Math.floor((parseInt(id.slice(0, 2), 16) * slicesMax) / 256));
  }

  #slice(nth: number): Slice {
    const slice = this.#slices[nth % slicesMax];
    if (slice === undefined) throw new RangeError(`no slice ${nth}`);
    return slice;
  }
}

const emptySlice = (): Slice => ({ events: new Map(), operations: new Map(), cards: new Map() });

function lookupsIn({ events, operations, cards }: Slice): number {
  let count = events.size + operations.size;
  for (const indexes of cards.values()) count += indexes.length;
  return count;
}
