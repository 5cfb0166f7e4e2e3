/** One sale as the books have it. */
export interface BookedSale {
  readonly id: string;
  readonly account: string;
  readonly amount: number;
  refunded: number;
}

/** What an account holds, by the books. */
interface Account {
  balance: number;
  /** Sales that can still be refunded; a card keeps so many, a wallet's sales stand for themselves. */
  refundables: number;
}

/** What the books expect of an operation: it moves so much, or it is refused with this code. */
export type Expectation =
  | { readonly kind: "MOVES"; readonly amount: number }
  | { readonly kind: "NO"; readonly code: string };

/** Refundable sales that one card keeps. */
const refundablesMax = 16;

/**
 * The auditor's own books. They know what the words mean — a card cannot give more than it has, a refund not more than
 * was taken — and nothing of how the system decides: no line of it is imported here.
 */
export class Books {
  readonly accounts = new Map<string, Account>();
  readonly sales: BookedSale[] = [];
  readonly events = new Set<string>();
  loaded = 0;
  writtenOff = 0;
  refunded = 0;

  open(account: string, balance: number): void {
    this.accounts.set(account, { balance, refundables: 0 });
    this.loaded += balance;
  }

  balanceOf(account: string): number {
    return this.accounts.get(account)?.balance ?? 0;
  }

  expectSale(card: string, amount: number): Expectation {
    const { balance, refundables } = this.#account(card);
    if (balance === 0) return no("CARD_NOT_ACTIVE");
    if (amount > balance) return no("BALANCE_INSUFFICIENT");
    return refundables >= refundablesMax ? no("REFUNDABLES_FULL") : moves(amount);
  }

  /** A wallet gives what it has, if that is not less than the minimum. */
  expectPartial(holder: string, amount: number, minimum: number): Expectation {
    const balance = this.balanceOf(holder);
    if (balance === 0 || balance < minimum) return no("BALANCE_INSUFFICIENT");
    return moves(Math.min(amount, balance));
  }

  expectRefund(sale: BookedSale, amount: number): Expectation {
    return amount > sale.amount - sale.refunded ? no("REFUND_EXCEEDS_CAPTURE") : moves(amount);
  }

  bookSale(sale: BookedSale, eventId: string, isCard: boolean): void {
    const account = this.#account(sale.account);
    account.balance -= sale.amount;
    if (isCard) account.refundables += 1;
    this.sales.push(sale);
    this.writtenOff += sale.amount;
    this.#bookEvent(eventId);
  }

  bookRefund(sale: BookedSale, amount: number, eventId: string): void {
    const account = this.#account(sale.account);
    account.balance += amount;
    sale.refunded += amount;
    this.refunded += amount;
    this.#bookEvent(eventId);
  }

  bookGrant(holder: string, amount: number, eventId: string): void {
    const account = this.accounts.get(holder) ?? { balance: 0, refundables: 0 };
    account.balance += amount;
    this.accounts.set(holder, account);
    this.loaded += amount;
    this.#bookEvent(eventId);
  }

  #bookEvent(eventId: string): void {
    if (this.events.has(eventId)) throw new Error(`two effects are one event: ${eventId}`);
    this.events.add(eventId);
  }

  #account(name: string): Account {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`the books know no account ${name}`);
    return account;
  }
}

const moves = (amount: number): Expectation => ({ kind: "MOVES", amount });
const no = (code: string): Expectation => ({ kind: "NO", code });
