import type { CardId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { failing, type Fault } from "@scrip/testing";
import { formatCardId, parseCardId, parseOperationId, type OperationRef } from "@scrip/wire";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Sweeper, type KeyedResult, type OperationPorts } from "../../src/index.ts";
import { activeCards, createdProgram } from "../support/making.ts";
import {
  adjust,
  cancel,
  load,
  replace,
  resume,
  suspend,
  transfer,
  unbind,
  type Using,
} from "../support/ordering.ts";
import { bind, boundCard, code, giveBack, grant, lots, sell, told } from "../support/selling.ts";
import { World } from "../support/world.ts";
import { Auditor } from "./auditor.ts";

const faceValue = 60;
const cardCount = 3;
const holders = ["anna", "ben"];

type Order = "LOAD" | "CREDIT" | "DEBIT" | "SUSPEND" | "RESUME" | "CANCEL" | "REPLACE";

type Wish =
  | {
      readonly act: "SELL_CODE";
      readonly card: number;
      readonly amount: number;
      readonly partial: boolean;
    }
  | {
      readonly act: "SELL_LOTS";
      readonly holder: number;
      readonly amount: number;
      readonly partial: boolean;
    }
  | {
      readonly act: "SELL_BOUND";
      readonly holder: number;
      readonly card: number;
      readonly amount: number;
    }
  | {
      readonly act: "GRANT";
      readonly holder: number;
      readonly amount: number;
      readonly days: number | null;
    }
  | { readonly act: "BIND"; readonly holder: number; readonly card: number }
  | { readonly act: "ORDER"; readonly order: Order; readonly card: number; readonly amount: number }
  | { readonly act: "UNBIND"; readonly holder: number; readonly card: number }
  | {
      readonly act: "TRANSFER";
      readonly holder: number;
      readonly to: number;
      readonly card: number;
    }
  | { readonly act: "SWEEP" }
  | { readonly act: "REFUND"; readonly sale: number; readonly amount: number }
  | { readonly act: "WAIT"; readonly days: number };

const amount = fc.integer({ min: 1, max: 40 });
const card = fc.nat(cardCount - 1);
const holder = fc.nat(holders.length - 1);
const partial = fc.boolean();
// A cancelled card is out of the game: seldom.
const order = fc.constantFrom<Order>(
  ...(["LOAD", "LOAD", "CREDIT", "DEBIT", "DEBIT", "SUSPEND", "RESUME", "RESUME"] as const),
  ...(["REPLACE", "REPLACE", "REPLACE", "CANCEL"] as const),
);

const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ act: fc.constant("SELL_CODE" as const), card, amount, partial }),
  fc.record({ act: fc.constant("SELL_LOTS" as const), holder, amount, partial }),
  fc.record({ act: fc.constant("SELL_BOUND" as const), holder, card, amount }),
  fc.record({
    act: fc.constant("GRANT" as const),
    holder,
    amount,
    days: fc.option(fc.integer({ min: 1, max: 5 })),
  }),
  fc.record({ act: fc.constant("BIND" as const), holder, card }),
  fc.record({ act: fc.constant("ORDER" as const), order, card, amount }),
  fc.record({ act: fc.constant("UNBIND" as const), holder, card }),
  fc.record({ act: fc.constant("TRANSFER" as const), holder, to: holder, card }),
  fc.record({ act: fc.constant("SWEEP" as const) }),
  fc.record({ act: fc.constant("REFUND" as const), sale: fc.nat(9), amount }),
  fc.record({ act: fc.constant("WAIT" as const), days: fc.integer({ min: -1, max: 12 }) }),
);

/** What is asked, whether the store fails at it, and how many ask the same under the same key at once. */
const request = fc.record({
  wish,
  fault: fc.constantFrom<Fault>("NONE", "NONE", "BEFORE", "AFTER"),
  twins: fc.integer({ min: 1, max: 3 }),
});

/** A round: requests that run at the same time. */
const rounds = fc.array(fc.array(request, { minLength: 1, maxLength: 4 }), { maxLength: 12 });

class Run {
  readonly world = new World();
  readonly auditor = new Auditor();
  readonly cards: CardId[] = [];
  readonly sales: OperationRef[] = [];
  #keys = 0;

  async begin(): Promise<void> {
    await createdProgram(this.world, "POINTS");
    this.cards.push(...(await activeCards(this.world, { count: cardCount, faceValue })));
    for (const id of this.cards) this.auditor.loaded(formatCardId(id), BigInt(faceValue));
  }

  /** Requests of one round run side by side; the auditor hears what each key was told first. */
  async round(requests: readonly { wish: Wish; fault: Fault; twins: number }[]): Promise<void> {
    const answers = await Promise.all(
      requests.map(async ({ wish, fault, twins }) => {
        this.#keys += 1;
        const key = `request ${this.#keys}`;
        const asked = Array.from({ length: twins }, () => this.#insist(wish, key, fault));
        const results = await Promise.all(asked);
        const heard = new Set(results.map((result) => JSON.stringify(result && told(result))));
        if (heard.size > 1) throw new Error(`one key, several answers: ${[...heard].join()}`);
        return results[0];
      }),
    );
    for (const result of answers) if (result !== undefined) this.#hear(told(result));
    this.auditor.endOfRound();
  }

  #hear(answer: ReturnType<typeof told>): void {
    this.auditor.told(answer);
    const ref = parseOperationId(answer.operation?.id ?? "");
    if (ref?.kind === "wo") this.sales.push(ref);
    if (ref?.kind !== "rp") return;
    // Some go on with the card that was replaced, most with the new one.
    const { cardId, successor } = answer.operation as unknown as Record<string, string>;
    const nth = this.cards.findIndex((card) => formatCardId(card) === cardId);
    const next = parseCardId(successor ?? "");
    if (nth >= 0 && next !== null && this.#keys % 5 !== 0) this.cards[nth] = next;
  }

  /** Asks again under the same key until it is answered, as a till does. */
  async #insist(wish: Wish, key: string, fault: Fault): Promise<KeyedResult | undefined> {
    const { ports, store } = this.world;
    const faulty = {
      ...ports,
      store: failing(store, (method, nth) => (method === "save" && nth === 1 ? fault : "NONE")),
    };
    try {
      return await this.#ask(faulty, wish, key);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return await this.#ask(ports, wish, key);
    }
  }

  async #ask(ports: OperationPorts, asked: Wish, key: string): Promise<KeyedResult | undefined> {
    const at = { ports, seeds: this.world.seeds };
    const cardAt = (nth: number) => this.cards[nth] ?? ("ff".repeat(20) as CardId);
    const holderAt = (nth: number) => holders[nth] ?? "nobody";
    switch (asked.act) {
      case "SELL_CODE":
        return sell(at, code(cardAt(asked.card)), asked.amount, {
          key,
          allowPartial: asked.partial,
        });
      case "SELL_LOTS":
        return sell(at, lots(holderAt(asked.holder)), asked.amount, {
          key,
          allowPartial: asked.partial,
        });
      case "SELL_BOUND":
        return sell(at, boundCard(holderAt(asked.holder), cardAt(asked.card)), asked.amount, {
          key,
        });
      case "GRANT": {
        const { days } = asked;
        const expiresAtMs = days === null ? null : this.world.clock.nowMs() + days * dayMs;
        return grant(at, holderAt(asked.holder), asked.amount, { key, expiresAtMs });
      }
      case "BIND":
        return bind(at, cardAt(asked.card), holderAt(asked.holder), key);
      case "REFUND": {
        const sale = this.sales[asked.sale];
        return sale === undefined ? undefined : giveBack(at, sale, asked.amount, { key });
      }
      case "ORDER":
        return ordered(at, cardAt(asked.card), { ...asked, key });
      case "UNBIND": {
        const holder = holderAt(asked.holder);
        if ((await ports.vault.find(holder)) === undefined) return undefined;
        return unbind(at, cardAt(asked.card), holder, { key });
      }
      case "TRANSFER": {
        const holder = holderAt(asked.holder);
        if ((await ports.vault.find(holder)) === undefined) return undefined;
        return transfer(at, cardAt(asked.card), [holder, holderAt(asked.to)], { key });
      }
      case "SWEEP":
        await new Sweeper({ ...ports, finality: allCommitted, observer: deaf }).round();
        return undefined;
      case "WAIT":
        return undefined;
    }
  }

  async audit(): Promise<void> {
    const events = await this.world.cardEvents();
    const publicId = (id: string) => formatCardId(id as CardId);
    this.auditor.expired(events, publicId);
    this.auditor.totals(await this.world.store.totals());
    this.auditor.events(events, publicId);
    const { store } = this.world;
    for (let shard = 0; shard < store.shards; shard += 1) {
      const records = await store.scan(shard, null, 10_000);
      this.auditor.cards(records.map(({ card }) => card));
    }
  }
}

const allCommitted = { of: async () => "COMMITTED" as const };
const deaf = {
  swept: () => undefined,
  unlisted: () => undefined,
  failed: () => undefined,
  overdue: () => undefined,
};

/** One order of the issuer's about a card. */
function ordered(
  at: Using,
  cardId: CardId,
  { order: asked, amount: sum, key }: { order: Order; amount: number; key: string },
): Promise<KeyedResult> {
  switch (asked) {
    case "LOAD":
      return load(at, cardId, sum, { key });
    case "CREDIT":
    case "DEBIT":
      return adjust(at, cardId, sum, { key, direction: asked });
    case "SUSPEND":
      return suspend(at, cardId, { key });
    case "RESUME":
      return resume(at, cardId, { key });
    case "CANCEL":
      return cancel(at, cardId, { key });
    case "REPLACE":
      return replace(at, cardId, { key });
  }
}

const dayMs = 86_400_000;

it("whatever is asked, in whatever order and at whatever fault, the books agree", async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const run = new Run();
      await run.begin();
      for (const round of all) {
        await run.round(round);
        for (const { wish } of round)
          if (wish.act === "WAIT") run.world.clock.advance(wish.days * dayMs);
      }
      await run.audit();
    }),
    { numRuns: 100 },
  );
}, 60_000);

it("the auditor sees what does not add up", async () => {
  const run = new Run();
  await run.begin();
  await run.round([
    { wish: { act: "SELL_CODE", card: 0, amount: 5, partial: false }, fault: "NONE", twins: 1 },
  ]);
  await run.audit();
  await sell(run.world, code(run.cards[0] ?? never()), 1);
  await expect(run.audit()).rejects.toThrow("the auditor objects: balance");
});

function never(): never {
  throw new Error("a card");
}
