import { shardOf } from "@scrip/domain";
import { MemoryCardDisk, MemoryCardStore, SeededIdentity, storeGiven } from "@scrip/testing";
import { formatCardId } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given } from "./given.ts";
import { RehearsalLedger } from "./rehearsal-ledger.ts";

const { birth, fullCard, recordOf } = storeGiven;
const standing = { status: "SUSPENDED", reason: "LEDGER_REJECTED" } as const;
const start = { epoch: 1, seq: 0, chain: "00".repeat(32) };

describe("POST /v1/cards/{id}/reconcile", () => {
  it("tells of no card that the ledger refused it, while the copy is behind", async () => {
    const ledger = new RehearsalLedger();
    const { shards } = ledger.chain.acts.history.options;
    const store = new MemoryCardStore(new MemoryCardDisk(shards, () => start));
    const vault = { identities: async function* () {} };
    const mending = { store, vault, identity: new SeededIdentity("query"), operator: {} as never };
    const { app, callers, sealed } = await given({ ledger, ports: { mending, outbox: store } });
    const { acts } = ledger.chain;
    acts.open(1);
    const [cardId] = acts.stock(1);
    if (cardId === undefined) throw new Error("a card");
    const shard = shardOf(cardId, shards);
    // The store is ahead: its card is apart, its event on the ledger and trimmed.
    await store.save(birth(recordOf(fullCard(cardId, { version: 1, standing })), shard));
    await store.trim(shard, { ...start, seq: 1, chain: "ab".repeat(32) });
    const headers = { ...callers.key("OPERATOR"), "idempotency-key": "settle it" };
    const url = `/v1/cards/${formatCardId(cardId)}/reconcile`;
    const order = async () =>
      (await app.inject({ method: "POST", url, headers, payload: { to: "STORE" } })).json();
    expect(await order()).toMatchObject({ status: 409, code: "NOT_COMMITTED_YET" });
    await sealed();
    expect(await order()).not.toMatchObject({ code: "CARD_NOT_ON_LEDGER" });
  });
});
