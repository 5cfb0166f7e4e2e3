import type { CardId, OpId } from "@scrip/domain";
import { seenMax } from "../limits.ts";

/**
 * What reads found lately, so that the commit which follows on them need not look again: a save compares versions that
 * its operation loaded a moment ago, under a key that it found unused.
 *
 * True as long as all commits are this process's own, everything they touch is forgotten as they become visible, and
 * no read after that uses an older snapshot.
 */
export class Seen {
  readonly #versions = new Map<CardId, number>();
  readonly #unused = new Set<OpId>();

  /** A read found the card at this version. */
  card(cardId: CardId, version: number): void {
    if (this.#versions.size >= seenMax) this.#versions.clear();
    this.#versions.set(cardId, version);
  }

  /** A read found nothing under this key. */
  nothingUnder(opId: OpId): void {
    if (this.#unused.size >= seenMax) this.#unused.clear();
    this.#unused.add(opId);
  }

  /** Stored version of a card; undefined: look. */
  versionOf(cardId: CardId): number | undefined {
    return this.#versions.get(cardId);
  }

  /** Whether nothing stands under the key; false: look. */
  isUnused(opId: OpId): boolean {
    return this.#unused.has(opId);
  }

  /** A commit touched these. */
  forget(cardIds: Iterable<CardId>, opIds: Iterable<OpId>): void {
    for (const cardId of cardIds) this.#versions.delete(cardId);
    for (const opId of opIds) this.#unused.delete(opId);
  }

  /** Nobody knows what a commit touched. */
  forgetAll(): void {
    this.#versions.clear();
    this.#unused.clear();
  }
}
