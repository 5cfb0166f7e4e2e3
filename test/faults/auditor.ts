/** An operation as the caller asked for it, and what came back: the auditor's own books, kept outside the system. */
export interface Booked {
  readonly key: string;
  readonly path: string;
  readonly role: "acceptor" | "issuer";
  readonly body: unknown;
  /** Card index for gift cards, holder for points: whose balance it moves. */
  readonly account: string;
  readonly kind: "WRITE_OFF" | "REFUND" | "GRANT";
  /** Minor units that moved, once it was acknowledged; 0 for a decline. */
  moved?: number;
  status?: number;
  id?: string;
  eventId?: string;
}

/** Keeps what was acknowledged and knows what every account must hold; knows nothing of how the system decides. */
export class Auditor {
  readonly #opening = new Map<string, number>();
  readonly booked: Booked[] = [];

  open(account: string, balance: number): void {
    this.#opening.set(account, balance);
  }

  note(operation: Booked): void {
    this.booked.push(operation);
  }

  /** Operations that were acknowledged as done. */
  done(kind: Booked["kind"]): Booked[] {
    return this.booked.filter((one) => one.kind === kind && one.status === 200);
  }

  sum(kind: Booked["kind"]): number {
    return this.done(kind).reduce((sum, one) => sum + (one.moved ?? 0), 0);
  }

  /** What the account must hold now. */
  balance(account: string): number {
    let balance = this.#opening.get(account) ?? 0;
    for (const one of this.booked) {
      if (one.account !== account || one.status !== 200) continue;
      balance += one.kind === "WRITE_OFF" ? -(one.moved ?? 0) : (one.moved ?? 0);
    }
    return balance;
  }
}
