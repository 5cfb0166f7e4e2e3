import assert from "node:assert/strict";
import { sha256Ed25519 } from "@scrip/signing";
import { cardIdOfCode, formatCardId, parseCode } from "@scrip/wire";
import { Random } from "../stage/random.ts";
import type { Books, BookedSale, Expectation } from "./books.ts";
import type { Answer, World } from "./world.ts";

const pointsProgram = "sim-points";
/** Times that one operation is sent before the run gives up on it. */
const attemptsMax = 50;
const stepMaxMs = 60_000;
/** Longest life of points that expire. */
const lateMaxMs = 3_600_000;
const sweepChance = 0.1;

/** An operation to send, and what the books do with its success. */
interface Operation {
  readonly path: string;
  readonly role: string;
  readonly body: object;
  readonly expected: Expectation;
  readonly book: (answer: Answer) => void;
}

/** Makes up operations from a seed, sends each until it is answered for good, and holds the answer against the books. */
export class Workload {
  readonly #random: Random;
  readonly #world: World;
  readonly #books: Books;
  /** Of each account the code of the card that stands for it now. */
  readonly #codes: string[];
  readonly #holders: readonly string[];
  #count = 0;
  #late = 0;
  /** Every final answer, in order: two runs of one seed have the same. */
  readonly log: string[] = [];

  constructor(
    world: World,
    books: Books,
    given: { seed: number; codes: readonly string[]; holders: readonly string[] },
  ) {
    this.#random = new Random(given.seed);
    this.#world = world;
    this.#books = books;
    this.#codes = [...given.codes];
    this.#holders = given.holders;
  }

  async step(): Promise<void> {
    this.#count += 1;
    this.#world.clock.advance(this.#random.whole(0, stepMaxMs));
    this.#books.pass(this.#world.clock.nowMs());
    if (this.#random.next() < sweepChance) await this.#world.sweep();
    const operation = this.#choose();
    const key = `sim ${this.#count}`;
    const answer = await this.#send(operation, key);
    this.#judge(operation, answer);
    // A checkout that lost the answer asks again: it is told the same, and nothing moves.
    if (this.#random.next() < 0.2) {
      const again = await this.#send(operation, key);
      assert.deepEqual([again.status, stripped(again)], [answer.status, stripped(answer)], key);
    }
    this.log.push(`${key} ${answer.status} ${JSON.stringify(stripped(answer))}`);
  }

  async #send({ path, role, body }: Operation, key: string): Promise<Answer> {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const answer = await this.#world.ask("POST", path, { role, key, body });
      if (answer.status === 200 || answer.json.retryable === false) return answer;
      // Only the world may say "later"; whoever sends the same key again loses nothing.
      assert.ok([409, 503].includes(answer.status), `${path}: ${JSON.stringify(answer)}`);
    }
    throw new Error(`${path} was refused ${attemptsMax} times`);
  }

  #judge({ expected, book }: Operation, answer: Answer): void {
    const at = `operation ${this.#count}`;
    if (expected.kind === "NO") {
      assert.equal(answer.json.code, expected.code, at);
      return;
    }
    assert.equal(answer.status, 200, `${at}: ${JSON.stringify(answer.json)}`);
    assert.equal(answer.json.operation.amount ?? 0, expected.amount, at);
    book(answer);
  }

  #choose(): Operation {
    const chance = this.#random.next();
    if (chance < 0.12) return this.#grant();
    if (chance < 0.2) return this.#grantForAWhile();
    if (chance < 0.35) return this.#fromWallet();
    if (chance < 0.5 && this.#books.sales.length > 0) return this.#refund();
    if (chance < 0.75) return this.#fromCard();
    return this.#order();
  }

  /** Codes of the cards as they stand, by account. */
  get codes(): readonly string[] {
    return this.#codes;
  }

  #order(): Operation {
    const card = this.#random.whole(0, this.#codes.length - 1);
    const account = `card ${card}`;
    const amount = this.#random.whole(1, 80);
    const books = this.#books;
    const order = (act: string, body: object, expected: Expectation, book: Operation["book"]) => ({
      path: `/v1/cards/${cardOf(this.#codes[card])}/${act}`,
      role: "issuer",
      body,
      expected,
      book,
    });
    const reason = "SUPPORT_ISSUE";
    const chance = this.#random.next();
    if (chance < 0.2)
      return order("load", { amount }, books.expectLoad(account, amount), ({ json }) =>
        books.bookLoad(account, amount, json.eventId),
      );
    if (chance < 0.4) {
      const by = this.#random.next() < 0.5 ? amount : -amount;
      const body = { amount, direction: by > 0 ? "CREDIT" : "DEBIT", reason };
      return order("adjust", body, books.expectAdjust(account, by), ({ json }) =>
        books.bookAdjust(account, by, json.eventId),
      );
    }
    if (chance < 0.55)
      return order("suspend", { reason }, books.expectSuspend(account), ({ json }) =>
        books.bookStatus(account, "SUSPENDED", json.eventId),
      );
    if (chance < 0.75)
      return order("resume", {}, books.expectResume(account), ({ json }) =>
        books.bookStatus(account, "OPEN", json.eventId),
      );
    if (chance < 0.8)
      return order("cancel", { reason }, books.expectCancel(account), ({ json }) =>
        books.bookCancel(account, json.eventId),
      );
    return order("replace", {}, books.expectReplace(account), ({ json }) => {
      this.#codes[card] = json.code;
      books.bookReplace(account, json.eventId);
    });
  }

  #fromCard(): Operation {
    const card = this.#random.whole(0, this.#codes.length - 1);
    const account = `card ${card}`;
    const amount = this.#random.whole(1, 60);
    return {
      path: "/v1/write-offs",
      role: "acceptor",
      body: { acceptor: "store-1", amount, tenders: [{ code: this.#codes[card] }] },
      expected: this.#books.expectSale(account, amount),
      book: ({ json }) => this.#books.bookSale(saleOf(json, account), json.eventId),
    };
  }

  #fromWallet(): Operation {
    const late = this.#late > 0 && this.#random.next() < 0.3;
    const holder = late
      ? `h-late-${this.#random.whole(1, this.#late)}`
      : this.#random.pick(this.#holders);
    const amount = this.#random.whole(1, 80);
    const minimumAvailable = this.#random.whole(0, 20);
    return {
      path: "/v1/write-offs",
      role: "acceptor",
      body: {
        acceptor: "store-2",
        amount,
        unit: "PTS",
        tenders: [{ wallet: holder, programId: pointsProgram }],
        allowPartial: true,
        minimumAvailable,
      },
      expected: this.#books.expectPartial(holder, amount, minimumAvailable),
      book: ({ json }) => this.#books.bookSale(saleOf(json, holder), json.eventId),
    };
  }

  #grant(): Operation {
    const holder = this.#random.pick(this.#holders);
    const amount = this.#random.whole(1, 40);
    return {
      path: "/v1/points-grants",
      role: "issuer",
      body: { programId: pointsProgram, holder, amount },
      expected: { kind: "MOVES", amount },
      book: ({ json }) => this.#books.bookGrant(holder, { amount }, json.eventId),
    };
  }

  /** To a holder of its own: what of it is not spent in time is gone. */
  #grantForAWhile(): Operation {
    const holder = `h-late-${(this.#late += 1)}`;
    const amount = this.#random.whole(1, 40);
    const expiresAtMs = this.#world.clock.nowMs() + this.#random.whole(1, lateMaxMs);
    const expiresAt = new Date(expiresAtMs).toISOString();
    return {
      path: "/v1/points-grants",
      role: "issuer",
      body: { programId: pointsProgram, holder, amount, expiresAt },
      expected: { kind: "MOVES", amount },
      book: ({ json }) => this.#books.bookGrant(holder, { amount, expiresAtMs }, json.eventId),
    };
  }

  #refund(): Operation {
    const sale = this.#random.pick(this.#books.sales);
    const amount = this.#random.whole(1, sale.amount);
    return {
      path: `/v1/write-offs/${sale.id}/refund`,
      role: "acceptor",
      body: { amount },
      expected: this.#books.expectRefund(sale, amount),
      book: ({ json }) => this.#books.bookRefund(sale, amount, json.eventId),
    };
  }
}

/** The card of a code. */
function cardOf(text = ""): string {
  const code = parseCode(text);
  if (code === null) throw new Error("a code that is none");
  return formatCardId(cardIdOfCode(sha256Ed25519.hash, code));
}

const saleOf = (
  json: { operation: { id: string; amount: number } },
  account: string,
): BookedSale => ({ id: json.operation.id, account, amount: json.operation.amount, refunded: 0 });

/**
 * What of an answer never changes: not the finality, which grows, nor what is there because of it, the receipt or the
 * place of the proof; nor the name of the occurrence.
 */
function stripped({ json }: Answer): unknown {
  const {
    finality: _finality,
    receipt: _receipt,
    proof: _proof,
    instance: _instance,
    operation,
    ...rest
  } = json;
  // A sale's status tells of its refunds.
  return operation === undefined ? rest : { ...rest, operation: { ...operation, status: null } };
}
