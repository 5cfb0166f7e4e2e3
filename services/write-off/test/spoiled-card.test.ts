import { amount, shardOf } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import { given } from "./support/given.ts";
import { opened, stocked } from "./support/stock.ts";

describe("a card that is spoiled in the store", () => {
  it("sells nothing, and the answer says no more than that something is wrong on our side", async () => {
    const scrip = await given();
    await opened(scrip);
    const { cardId, code } = await stocked(scrip, 100);
    const { store } = scrip.parts;
    const record = await store.card(cardId);
    if (record === undefined) throw new Error("the card was stocked");
    const more = { ...record, card: { ...record.card, balance: amount(100 + 1_024) } };
    const shard = shardOf(cardId, store.shards);
    await store.save(storeGiven.moveOf(more, shard, "a bit"));
    const before = await store.nextSeq(shard);

    const key = await scrip.keyOf("ACCEPTOR", { participants: ["store-330"] }, "store-330");
    const body = { acceptor: "store-330", amount: 1, tenders: [{ code }] };
    const answer = await scrip.post("/v1/write-offs", { key, body });
    expect([answer.statusCode, answer.json()]).toMatchObject([
      500,
      { code: "INTERNAL", retryable: false, detail: "Something went wrong on our side" },
    ]);
    for (const secret of [code, code.replaceAll("-", ""), cardId, "1124"])
      expect(answer.body).not.toContain(secret);
    expect(scrip.parts.lines.join()).not.toContain(code);
    expect(await store.nextSeq(shard)).toBe(before);
  });
});
