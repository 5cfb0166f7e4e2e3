import assert from "node:assert/strict";
import { Random } from "../stage/random.ts";
import type { Books, BookedSale, Expectation } from "./books.ts";
import type { Answer, World } from "./world.ts";

const pointsProgram = "sim-points";
/** Times that one operation is sent before the run gives up on it. */
const attemptsMax = 50;
const stepMaxMs = 60_000;

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
  readonly #codes: readonly string[];
  readonly #holders: readonly string[];
  #count = 0;
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
    this.#codes = given.codes;
    this.#holders = given.holders;
  }

  async step(): Promise<void> {
    this.#count += 1;
    this.#world.clock.advance(this.#random.whole(0, stepMaxMs));
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
    assert.equal(answer.json.operation.amount, expected.amount, at);
    book(answer);
  }

  #choose(): Operation {
    const chance = this.#random.next();
    if (chance < 0.2) return this.#grant();
    if (chance < 0.4) return this.#fromWallet();
    if (chance < 0.6 && this.#books.sales.length > 0) return this.#refund();
    return this.#fromCard();
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
      book: ({ json }) => this.#books.bookSale(saleOf(json, account), json.eventId, true),
    };
  }

  #fromWallet(): Operation {
    const holder = this.#random.pick(this.#holders);
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
      book: ({ json }) => this.#books.bookSale(saleOf(json, holder), json.eventId, false),
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
      book: ({ json }) => this.#books.bookGrant(holder, amount, json.eventId),
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
