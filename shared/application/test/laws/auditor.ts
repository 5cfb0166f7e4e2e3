import type { Card, DomainEvent } from "@scrip/domain";
import type { StoreTotals } from "@scrip/ports";

/** The parts of an answer that move value, as callers read them. */
interface Answer {
  readonly operation?: {
    readonly id: string;
    readonly type: string;
    readonly amount?: number;
    readonly direction?: string;
    readonly successor?: string;
    readonly cardId?: string;
    readonly writeOffId?: string;
    readonly cards?: readonly { readonly cardId: string; readonly amount: number }[];
  };
}

interface Book {
  balance: bigint;
  version: number;
}

/**
 * Keeps books of their own, first from what callers were told, then from the events that were saved; never asks the
 * rules. Whatever does not add up throws.
 */
export class Auditor {
  /** By public card id. */
  readonly #told = new Map<string, bigint>();
  readonly #sold = new Map<string, bigint>();
  #loaded = 0n;
  #writtenOff = 0n;
  #refunded = 0n;
  #adjusted = 0n;
  #cancelled = 0n;
  #expired = 0n;
  #operations = 0;

  /** Cards that somebody was told of. */
  readonly #known = new Set<string>();

  /** A card reached a consumer. */
  loaded(cardId: string, amount: bigint): void {
    this.#born(cardId);
    this.#move(cardId, amount);
    this.#loaded += amount;
  }

  #born(cardId: string): void {
    demand(!this.#known.has(cardId), `${cardId} is born twice`);
    this.#known.add(cardId);
  }

  /** A caller was told, for the first time under its key, that something was done. */
  told(answer: object): void {
    const { operation } = answer as Answer;
    if (operation === undefined) return;
    this.#operations += 1;
    switch (operation.type) {
      case "POINTS_GRANT":
        return this.loaded(operation.cardId ?? "", BigInt(operation.amount ?? 0));
      case "WRITE_OFF":
        return this.#sale(operation);
      case "REFUND":
        return this.#refund(operation);
      case "LOAD":
        this.#loaded += BigInt(operation.amount ?? 0);
        return this.#move(operation.cardId ?? "", BigInt(operation.amount ?? 0));
      case "ADJUST":
        return this.#adjust(operation);
      case "CANCEL":
        this.#cancelled += BigInt(operation.amount ?? 0);
        return this.#move(operation.cardId ?? "", -BigInt(operation.amount ?? 0));
      case "REPLACE":
        return this.#replace(operation);
      case "SUSPEND":
      case "RESUME":
      case "BIND":
      case "UNBIND":
      case "TRANSFER":
        return;
      default:
        throw new Error(`unheard of: ${operation.type}`);
    }
  }

  #adjust({ cardId = "", amount = 0, direction }: NonNullable<Answer["operation"]>): void {
    const by = direction === "CREDIT" ? BigInt(amount) : -BigInt(amount);
    this.#adjusted += by;
    this.#move(cardId, by);
  }

  #replace({ cardId = "", amount = 0, successor = "" }: NonNullable<Answer["operation"]>): void {
    this.#born(successor);
    this.#move(cardId, -BigInt(amount));
    this.#move(successor, BigInt(amount));
  }

  #sale({ id, amount = 0, cards = [] }: NonNullable<Answer["operation"]>): void {
    for (const part of cards) this.#move(part.cardId, -BigInt(part.amount));
    demand(sumOf(cards) === BigInt(amount) && amount > 0, `${id}: its parts are not its amount`);
    this.#sold.set(id, BigInt(amount));
    this.#writtenOff += BigInt(amount);
  }

  #refund({ id, amount = 0, writeOffId = "", cards = [] }: NonNullable<Answer["operation"]>): void {
    for (const part of cards) this.#move(part.cardId, BigInt(part.amount));
    demand(sumOf(cards) === BigInt(amount) && amount > 0, `${id}: its parts are not its amount`);
    const left = (this.#sold.get(writeOffId) ?? -1n) - BigInt(amount);
    demand(left >= 0n, `${id}: more is refunded than was sold`);
    this.#sold.set(writeOffId, left);
    this.#refunded += BigInt(amount);
  }

  #move(cardId: string, by: bigint): void {
    this.#told.set(cardId, (this.#told.get(cardId) ?? 0n) + by);
  }

  /** What was told side by side was told in any order; together it has to add up. */
  endOfRound(): void {
    for (const [cardId, balance] of this.#told) {
      demand(this.#known.has(cardId), `${cardId} came out of nowhere`);
      demand(balance >= 0n, `${cardId} goes below nothing`);
    }
  }

  /** Nobody is told when a card expires: the events say what was lost. */
  expired(events: readonly DomainEvent[], publicId: (cardId: string) => string): void {
    for (const event of events) {
      if (event.type !== "CardsExpired") continue;
      for (const { cardId, amount } of event.cards) {
        this.#move(publicId(cardId), 0n - amount);
        this.#expired += amount;
      }
    }
  }

  balance(cardId: string): bigint {
    return this.#told.get(cardId) ?? 0n;
  }

  /**
   * Compares the books with the store's own sums (law 1: loaded + adjusted = there + written off − refunded + expired
   * + cancelled; what moves from card to card is on both sides).
   */
  totals(totals: StoreTotals): void {
    const there = [...this.#told.values()].reduce((sum, balance) => sum + balance, 0n);
    const books = { balance: there, held: 0n, loaded: this.#loaded };
    const moved = { writtenOff: this.#writtenOff, refunded: this.#refunded };
    for (const [name, sum] of Object.entries({ ...books, ...moved }))
      demand(totals[name as keyof typeof books] === sum, `${name}: ${sum} in the books`);
    const gone = this.#writtenOff - this.#refunded + this.#expired + this.#cancelled;
    demand(this.#loaded + this.#adjusted === there + gone, "law 1");
  }

  /** Law 1, card by card, from the card's own sums. */
  cards(cards: readonly Card[]): void {
    for (const { cardId, balance, sums } of cards) {
      const came = sums.loaded + sums.adjusted + sums.movedIn;
      const went = sums.writtenOff - sums.refunded + sums.expired + sums.cancelled + sums.movedOut;
      demand(came === balance + went, `law 1 of ${cardId}`);
    }
  }

  /** Replays what was saved: one event per operation, versions without gaps, the same balances. */
  events(events: readonly DomainEvent[], publicId: (cardId: string) => string): void {
    const books = new Map<string, Book>();
    const keys = new Set<string>();
    let operations = 0;
    for (const event of events) {
      if (event.opId !== null) {
        demand(!keys.has(event.opId), `key ${event.opId} has two events`);
        keys.add(event.opId);
      }
      if (!("batchId" in event) && event.opId !== null) operations += 1;
      for (const line of linesOf(event)) replay(books, line);
    }
    demand(operations === this.#operations, `${operations} events, ${this.#operations} answers`);
    for (const [cardId, { balance }] of books)
      demand(
        balance === this.balance(publicId(cardId)),
        `${cardId}: another balance in its events`,
      );
  }
}

interface Line {
  readonly cardId: string;
  readonly version: number;
  readonly by: bigint;
  readonly balance: bigint;
}

/** What an event says of each card: how its balance moved, and what it is now. */
function linesOf(event: DomainEvent): Line[] {
  switch (event.type) {
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
      return event.cards.map((card) => ({
        ...card,
        by: event.each.amount,
        balance: event.each.balance,
      }));
    case "PointsGranted":
      return [{ ...event.lot, by: event.lot.amount }];
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardSuspended":
    case "CardResumed":
      return [{ ...event.card, by: 0n }];
    case "CardLoaded":
      return [{ ...event.card, by: event.card.amount }];
    case "CardAdjusted": {
      const { amount } = event.card;
      return [{ ...event.card, by: event.direction === "CREDIT" ? amount : 0n - amount }];
    }
    case "CardCancelled":
      return [{ ...event.card, by: 0n - event.card.amount }];
    case "CardReplaced":
      return [
        { ...event.card, by: 0n - event.card.amount },
        { ...event.successor, by: event.successor.amount },
      ];
    case "CardWrittenOff":
    case "CardsExpired":
      return event.cards.map((card) => ({ ...card, by: 0n - card.amount }));
    case "CardRefunded":
      return event.cards.map((card) => ({ ...card, by: card.amount }));
    default:
      return [];
  }
}

function replay(books: Map<string, Book>, { cardId, version, by, balance }: Line): void {
  const before = books.get(cardId) ?? { balance: 0n, version: 0 };
  demand(version === before.version + 1, `${cardId}: version ${version} after ${before.version}`);
  demand(balance === before.balance + by, `${cardId}: ${before.balance} and ${by} make ${balance}`);
  books.set(cardId, { balance, version });
}

const sumOf = (cards: readonly { readonly amount: number }[]): bigint =>
  cards.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`the auditor objects: ${otherwise}`);
}
