import { amount } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { decodeCard, encodeCard } from "../src/records/card-record.ts";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { newDirectory } from "./place.ts";

const { birth, cardIdIn, fullCard, recordOf } = storeGiven;
const id = cardIdIn(1, "a");
const lawful = recordOf(fullCard(id, { balance: amount(100), held: amount(0) }));
/** Where the amounts lie, and which of them law 1 does not name: what is held, within the balance, and the face value. */
const [amountsAt, amounts, heldAt] = [9, 10, 1];

describe("a card of which a bit has changed", () => {
  it("is no card, whichever bit of its balance or sums it was", () => {
    const bytes = encodeCard(lawful);
    expect(decodeCard(bytes)).toEqual(lawful);
    for (let nth = 0; nth < amounts; nth += 1) {
      if (nth === heldAt) continue;
      for (let bit = 0; bit < 64; bit += 1) {
        const at = amountsAt + 8 * nth + (bit >> 3);
        const spoiled = Buffer.from(bytes);
        spoiled[at] = (spoiled[at] ?? 0) ^ (1 << (bit & 7));
        expect(() => decodeCard(spoiled)).toThrow("break a law");
      }
    }
  });

  it("is no card when more is held than there is, or more was refunded than sold", () => {
    const { card } = lawful;
    const [refundable] = card.refundables;
    if (refundable === undefined) throw new Error("a full card has write-offs");
    const more = { ...refundable, refunded: amount(refundable.amount + 1n) };
    for (const wrong of [{ held: amount(101) }, { refundables: [more] }])
      expect(() => decodeCard(encodeCard({ ...lawful, card: { ...card, ...wrong } }))).toThrow(
        "break a law",
      );
  });

  it("is CORRUPT to whoever asks for it, and named by its id alone", async () => {
    const directory = await newDirectory();
    const store = await openCardStore(optionsAt(directory));
    try {
      const card = { ...lawful.card, balance: amount(101) };
      await store.save(birth({ ...lawful, card }, 1));
      const corrupt = { code: "CORRUPT", message: expect.stringMatching(`card ${id}: `) };
      await expect(store.card(id)).rejects.toMatchObject(corrupt);
      await expect(store.cards([id])).rejects.toMatchObject(corrupt);
    } finally {
      await store.close();
      await rm(directory, { recursive: true });
    }
  });
});
