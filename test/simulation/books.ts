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
  status: "OPEN" | "SUSPENDED" | "CANCELLED" | "EXPIRED";
  /** What is there at this time, milliseconds, is gone; null: never. */
  readonly expiresAtMs: number | null;
}

/** What the books expect of an operation: it moves so much, or it is refused with this code. */
export type Expectation =
  | { readonly kind: "MOVES"; readonly amount: number }
  | { readonly kind: "NO"; readonly code: string };

/**
 * The auditor's own books. They know what the words mean — a card cannot give more than it has, a refund not more than
 * was taken, what is cancelled is gone — and nothing of how the system decides: no line of it is imported here.
 */
export class Books {
  readonly accounts = new Map<string, Account>();
  readonly sales: BookedSale[] = [];
  readonly events = new Set<string>();
  loaded = 0;
  adjusted = 0;
  writtenOff = 0;
  refunded = 0;
  expired = 0;
  cancelled = 0;

  open(account: string, balance: number, expiresAtMs: number | null = null): void {
    this.accounts.set(account, { balance, status: "OPEN", expiresAtMs });
    this.loaded += balance;
  }

  balanceOf(account: string): number {
    return this.accounts.get(account)?.balance ?? 0;
  }

  /** Whether anybody may spend from the account. */
  isOpen(account: string): boolean {
    return this.#account(account).status === "OPEN";
  }

  /** By that time what is due is gone, whoever says so when. */
  pass(nowMs: number): void {
    for (const account of this.accounts.values()) {
      const { expiresAtMs, status } = account;
      if (expiresAtMs === null || nowMs < expiresAtMs || status === "EXPIRED") continue;
      this.expired += account.balance;
      account.balance = 0;
      // What is given back later stays, and cannot be spent.
      account.status = "EXPIRED";
    }
  }

  expectSale(card: string, amount: number): Expectation {
    const { balance, status } = this.#account(card);
    if (status !== "OPEN") return no(blocked[status]);
    return amount > balance ? no("BALANCE_INSUFFICIENT") : moves(amount);
  }

  /** A wallet gives what it has, if that is not less than the minimum. */
  expectPartial(holder: string, amount: number, minimum: number): Expectation {
    const account = this.accounts.get(holder);
    const balance = account?.status === "OPEN" ? account.balance : 0;
    if (balance === 0 || balance < minimum) return no("BALANCE_INSUFFICIENT");
    return moves(Math.min(amount, balance));
  }

  /** What was blocked since takes its refund; what was cancelled does not. */
  expectRefund(sale: BookedSale, amount: number): Expectation {
    if (amount > sale.amount - sale.refunded) return no("REFUND_EXCEEDS_CAPTURE");
    const ended = this.#account(sale.account).status === "CANCELLED";
    return ended ? no("CARD_CANCELLED") : moves(amount);
  }

  expectLoad(card: string, amount: number): Expectation {
    return this.#account(card).status === "CANCELLED" ? no("CARD_CANCELLED") : moves(amount);
  }

  expectAdjust(card: string, by: number): Expectation {
    const { balance, status } = this.#account(card);
    if (status === "CANCELLED") return no("CARD_CANCELLED");
    return balance + by < 0 ? no("BALANCE_INSUFFICIENT") : moves(Math.abs(by));
  }

  expectSuspend(card: string): Expectation {
    const { status } = this.#account(card);
    return status === "OPEN" ? moves(0) : no(blocked[status]);
  }

  expectResume(card: string): Expectation {
    const { status } = this.#account(card);
    if (status === "CANCELLED") return no("CARD_CANCELLED");
    return status === "SUSPENDED" ? moves(0) : no("CARD_STEP_TAKEN");
  }

  expectCancel(card: string): Expectation {
    const { status, balance } = this.#account(card);
    return status === "CANCELLED" ? no("CARD_CANCELLED") : moves(balance);
  }

  /** A card that was used up has nothing to move. */
  expectReplace(card: string): Expectation {
    const { status, balance } = this.#account(card);
    if (status === "CANCELLED") return no("CARD_CANCELLED");
    return status === "OPEN" && balance === 0 ? no("CARD_NOT_ACTIVE") : moves(balance);
  }

  bookSale(sale: BookedSale, eventId: string): void {
    this.#account(sale.account).balance -= sale.amount;
    this.sales.push(sale);
    this.writtenOff += sale.amount;
    this.#bookEvent(eventId);
  }

  bookRefund(sale: BookedSale, amount: number, eventId: string): void {
    this.#account(sale.account).balance += amount;
    sale.refunded += amount;
    this.refunded += amount;
    this.#bookEvent(eventId);
  }

  bookGrant(
    holder: string,
    { amount, expiresAtMs = null }: { amount: number; expiresAtMs?: number | null },
    eventId: string,
  ): void {
    const account = this.accounts.get(holder);
    if (account === undefined) this.open(holder, amount, expiresAtMs);
    else {
      account.balance += amount;
      this.loaded += amount;
    }
    this.#bookEvent(eventId);
  }

  bookLoad(card: string, amount: number, eventId: string): void {
    this.#account(card).balance += amount;
    this.loaded += amount;
    this.#bookEvent(eventId);
  }

  bookAdjust(card: string, by: number, eventId: string): void {
    this.#account(card).balance += by;
    this.adjusted += by;
    this.#bookEvent(eventId);
  }

  bookStatus(card: string, status: "OPEN" | "SUSPENDED", eventId: string): void {
    this.#account(card).status = status;
    this.#bookEvent(eventId);
  }

  bookCancel(card: string, eventId: string): void {
    const account = this.#account(card);
    this.cancelled += account.balance;
    account.balance = 0;
    account.status = "CANCELLED";
    this.#bookEvent(eventId);
  }

  /** The account stays what it is; its card is another one, and not blocked. */
  bookReplace(card: string, eventId: string): void {
    this.bookStatus(card, "OPEN", eventId);
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

const blocked = {
  SUSPENDED: "CARD_SUSPENDED",
  CANCELLED: "CARD_CANCELLED",
  EXPIRED: "CARD_EXPIRED",
} as const;
const moves = (amount: number): Expectation => ({ kind: "MOVES", amount });
const no = (code: string): Expectation => ({ kind: "NO", code });
