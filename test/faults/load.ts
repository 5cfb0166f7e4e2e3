import { ask } from "../stage/http.ts";
import type { Random } from "../stage/random.ts";
import type { RunningScrip } from "../stage/running-scrip.ts";
import type { Auditor, Booked } from "./auditor.ts";

export interface Accounts {
  readonly codes: readonly string[];
  readonly holders: readonly string[];
  readonly pointsProgram: string;
}

/** Makes up operations from a seed and books them before they are sent. */
export class Workload {
  readonly #random: Random;
  readonly #auditor: Auditor;
  readonly #accounts: Accounts;
  #count = 0;

  constructor(random: Random, auditor: Auditor, accounts: Accounts) {
    this.#random = random;
    this.#auditor = auditor;
    this.#accounts = accounts;
  }

  /** The next operation, already in the auditor's books. */
  next(): Booked {
    this.#count += 1;
    const operation = this.#choose(`op ${this.#count}`);
    this.#auditor.note(operation);
    return operation;
  }

  #choose(key: string): Booked {
    const chance = this.#random.next();
    if (chance < 0.2) return this.#grant(key);
    if (chance < 0.4) return this.#walletWriteOff(key);
    const sales = this.#auditor.done("WRITE_OFF").filter((sale) => (sale.moved ?? 0) > 0);
    if (chance < 0.6 && sales.length > 0) return this.#refund(key, this.#random.pick(sales));
    return this.#cardWriteOff(key);
  }

  #cardWriteOff(key: string): Booked {
    const { codes } = this.#accounts;
    const card = this.#random.whole(0, codes.length - 1);
    const amount = this.#random.whole(1, 40);
    const tenders = [{ code: codes[card] }];
    const body = { acceptor: `store-${this.#random.whole(1, 3)}`, amount, tenders };
    return {
      key,
      kind: "WRITE_OFF",
      role: "acceptor",
      account: `card ${card}`,
      path: "/v1/write-offs",
      body,
    };
  }

  #walletWriteOff(key: string): Booked {
    const holder = this.#random.pick(this.#accounts.holders);
    const tenders = [{ wallet: holder, programId: this.#accounts.pointsProgram }];
    const amount = this.#random.whole(1, 60);
    const body = {
      acceptor: "store-1",
      amount,
      unit: "PTS",
      tenders,
      allowPartial: true,
      minimumAvailable: 5,
    };
    return {
      key,
      kind: "WRITE_OFF",
      role: "acceptor",
      account: holder,
      path: "/v1/write-offs",
      body,
    };
  }

  #grant(key: string): Booked {
    const holder = this.#random.pick(this.#accounts.holders);
    const body = {
      programId: this.#accounts.pointsProgram,
      holder,
      amount: this.#random.whole(1, 30),
    };
    return { key, kind: "GRANT", role: "issuer", account: holder, path: "/v1/points-grants", body };
  }

  #refund(key: string, sale: Booked): Booked {
    const amount = this.#random.whole(1, Math.max(1, sale.moved ?? 1));
    const path = `/v1/write-offs/${sale.id}/refund`;
    return { key, kind: "REFUND", role: "acceptor", account: sale.account, path, body: { amount } };
  }
}

/**
 * Sends an operation and books its answer. A retryable no, and a system that went away, leave it open: the same key is
 * sent again later.
 * @returns whether it was answered for good
 */
export async function send(scrip: RunningScrip, operation: Booked): Promise<boolean> {
  const { key: idempotencyKey, path, body, role } = operation;
  try {
    const answer = await ask(`${scrip.url}${path}`, {
      key: scrip.keys[role],
      idempotencyKey,
      body,
    });
    if (answer.status !== 200 && answer.json?.retryable === true) return false;
    book(operation, answer.status, answer.json);
    return true;
  } catch {
    return false;
  }
}

interface OperationAnswer {
  readonly operation: { readonly id: string; readonly amount: number };
  readonly eventId: string;
}

function book(operation: Booked, status: number, answer: OperationAnswer): void {
  const earlier = operation.status;
  operation.status = status;
  const { id, moved, eventId } =
    status === 200
      ? { id: answer.operation.id, moved: answer.operation.amount, eventId: answer.eventId }
      : { id: undefined, moved: 0, eventId: undefined };
  if (
    earlier !== undefined &&
    (earlier !== status || operation.id !== id || operation.eventId !== eventId)
  ) {
    throw new Error(`${operation.key}: first ${earlier} ${operation.id}, then ${status} ${id}`);
  }
  operation.moved = moved;
  if (id !== undefined) operation.id = id;
  if (eventId !== undefined) operation.eventId = eventId;
}
