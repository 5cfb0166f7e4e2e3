import { rm } from "node:fs/promises";
import type { DueEntry } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { type Database, open } from "lmdb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  auditCardStore,
  type CardStoreAudit,
  type CardStoreFault,
  type DueEntries,
  openCardStore,
} from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { cardIdIn, changeOf, fullCard, operationOf, opIdOf, outcomeOf, pointerOf, recordOf } =
  storeGiven;
const shard = 1;
const cardId = cardIdIn(shard, "card");
const walletId = storeGiven.walletIn(shard, "ann");
const opId = opIdOf("sale");
const record = recordOf(fullCard(cardId, { version: 1 }), walletId);
const operation = operationOf(opId, [cardId]);
const dueOf = (kind: DueEntry["kind"], id: string) => ({ kind, id, dueAtMs: 1_000 }) as DueEntry;
const claim = "program:gold";

const rules: DueEntries = {
  walletEntryOf: (card) =>
    card.walletId === null ? null : { walletId: card.walletId, cardId: card.card.cardId },
  dueOfCard: ({ card }) => dueOf("CARD", card.cardId),
  dueOfOperation: (one) => dueOf("OPERATION", one.operation.opId),
};

type Records = Database<Buffer, Buffer>;

describe("an audit of a card store", () => {
  let directory: string;

  beforeAll(async () => {
    directory = await newDirectory();
    const store = await openCardStore(optionsAt(directory));
    await store.save(
      changeOf(shard, {
        pointer: pointerOf(opId, shard),
        outcome: outcomeOf(opId, "an answer"),
        cards: [{ record, expectedVersion: 0 }],
        operations: [{ record: operation, expectedVersion: 0 }],
        walletAdds: [{ walletId, cardId }],
        dueAdds: [dueOf("CARD", cardId), dueOf("OPERATION", opId)],
      }),
    );
    await store.save(changeOf(storeGiven.suiteShards, { claims: [claim] }));
    await store.close();
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function audit(): Promise<{ found: CardStoreFault[]; audited: CardStoreAudit }> {
    const found: CardStoreFault[] = [];
    const audited = await auditCardStore(optionsAt(directory), rules, (one) => found.push(one));
    return { found, audited };
  }

  /** Changes the records of one kind, and puts them back after the test has looked. */
  async function withRecords(
    name: string,
    change: (records: Records, all: { key: Buffer; value: Buffer }[]) => Promise<unknown>,
    look: () => Promise<void>,
  ): Promise<void> {
    const write = async (act: (records: Records) => Promise<unknown>): Promise<void> => {
      const root = open({ path: directory, maxDbs: 12 });
      const records: Records = root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
      await act(records);
      await root.close();
    };
    let all: { key: Buffer; value: Buffer }[] = [];
    await write(async (records) => {
      all = [...records.getRange()].map(({ key, value }) => ({
        key: Buffer.from(key),
        value: Buffer.from(value),
      }));
      await change(records, all);
    });
    try {
      await look();
    } finally {
      await write(async (records) => {
        await records.clearAsync();
        for (const { key, value } of all) await records.put(key, value);
      });
    }
  }

  const flipped = (bytes: Buffer, place: number, bit: number): Buffer => {
    const spoiled = Buffer.from(bytes);
    const at = place % bytes.length;
    spoiled[at] = (spoiled[at] ?? 0) ^ (1 << bit);
    return spoiled;
  };

  it("finds nothing where nothing is wrong", async () => {
    const { found, audited } = await audit();
    expect(found).toEqual([]);
    expect(audited).toEqual({ keys: 1, claims: 1, indexEntries: 3 });
  });

  it.each(["keys", "claims", "wallets", "dues"])(
    "finds any one bit turned over in key or value: %s",
    async (name) => {
      const flips = fc.tuple(fc.boolean(), fc.nat(), fc.integer({ min: 0, max: 7 }));
      await fc.assert(
        fc.asyncProperty(flips, async ([inKey, place, bit]) => {
          await withRecords(
            name,
            async (records, all) => {
              for (const { key, value } of all) {
                if (inKey) await records.remove(key);
                if (inKey) await records.put(flipped(key, place, bit), value);
                else await records.put(key, flipped(value, place, bit));
              }
            },
            async () => expect((await audit()).found.length).toBeGreaterThan(0),
          );
        }),
        { numRuns: 8 },
      );
    },
  );

  it("finds a card that its indexes lack, and one that lies in another's place", async () => {
    const about = "CARD";
    for (const [name, what] of [
      ["wallets", "its wallet's index lacks it"],
      ["dues", "the due index lacks it"],
    ] as const) {
      await withRecords(
        name,
        (records) => records.clearAsync(),
        async () => expect((await audit()).found).toContainEqual({ about, id: cardId, what }),
      );
    }
    const other = cardIdIn(shard, "other");
    await withRecords(
      "cards",
      (records, [stored]) =>
        records.put(Buffer.from(other, "hex"), stored?.value ?? Buffer.alloc(0)),
      async () => {
        const what = `card ${cardId} lies in its place`;
        expect((await audit()).found).toEqual([{ about, id: other, what }]);
        const store = await openCardStore(optionsAt(directory));
        await expect(store.card(other)).rejects.toMatchObject({ code: "CORRUPT" });
        await store.close();
      },
    );
  });

  it("is beside reads that answer nothing with a bit turned over in it", async () => {
    const reads: readonly (readonly [
      string,
      (store: Awaited<ReturnType<typeof openCardStore>>) => Promise<unknown>,
    ])[] = [
      ["keys", (store) => store.outcome(shard, opId)],
      ["keys", (store) => store.pointer(opId)],
      ["claims", (store) => store.claimed(claim)],
      ["wallets", (store) => store.walletCards(walletId, null, 9)],
      ["wallets", (store) => store.walletEntries(shard, null, 9)],
      ["dues", (store) => store.due(shard, 5_000, 9)],
      ["streams", (store) => store.trimPoint(shard)],
    ];
    for (const [name, read] of reads) {
      await withRecords(
        name,
        async (records, all) => {
          for (const { key, value } of all) await records.put(key, flipped(value, 3, 2));
        },
        async () => {
          const answer = openCardStore(optionsAt(directory)).then(async (store) => {
            try {
              return await read(store);
            } finally {
              await store.close();
            }
          });
          await expect(answer).rejects.toMatchObject({
            code: "CORRUPT",
            message: expect.stringMatching(/^card store: .*it is not what was written$/),
          });
        },
      );
    }
  });
});
