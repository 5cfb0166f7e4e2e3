import { batchId, type CardId } from "@scrip/domain";
import type { WalletEntry } from "@scrip/ports";
import { expect, it } from "vitest";
import { failing, failOnce } from "../../faults/failing.ts";
import { birth, cardIdIn, changeOf, fullCard, recordOf, walletIn } from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const names = ["a", "b", "c", "d", "e"];
const sorted = (ids: readonly CardId[]): CardId[] => [...ids].sort();

/** Wallets and batches name their cards, page by page. */
export function indexCases(at: OpenPlace): void {
  it("lists a wallet's candidates in order, after the given one, up to the limit", async () => {
    const walletId = walletIn(2, "w");
    const ids = names.map((name) => cardIdIn(2, name));
    const adds = ids.map((cardId) => ({ walletId, cardId }));
    const foreign = { walletId: walletIn(2, "other"), cardId: cardIdIn(2, "f") };
    await at.store.save(changeOf(2, { walletAdds: [...adds, foreign] }));
    expect(await at.store.walletCards(walletId, null, 100)).toEqual(sorted(ids));
    expect(await paged((after) => at.store.walletCards(walletId, after, 2))).toEqual(sorted(ids));
    expect(await at.store.walletCards(walletIn(2, "none"), null, 100)).toEqual([]);
  });

  it("lists the candidates of all wallets of a shard, page by page, each once", async () => {
    const entries = ["u", "v", "w"].flatMap((wallet) =>
      names.map((name) => ({ walletId: walletIn(2, wallet), cardId: cardIdIn(1, name) })),
    );
    const foreign = { walletId: walletIn(1, "w"), cardId: cardIdIn(1, "a") };
    for (const entry of [...entries, foreign]) await at.store.addWalletCandidate(entry);
    await at.reopen();
    const keyOf = (entry: WalletEntry): string => entry.walletId + entry.cardId;
    const inOrder = entries.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    expect(await at.store.walletEntries(2, null, 100)).toEqual(inOrder);
    const listed: WalletEntry[] = [];
    for (let after: WalletEntry | null = null; ;) {
      const page = await at.store.walletEntries(2, after, 4);
      listed.push(...page);
      after = page.at(-1) ?? null;
      if (after === null) break;
    }
    expect(listed).toEqual(inOrder);
    expect(await at.store.walletEntries(3, null, 100)).toEqual([]);
  });

  it("forgets a candidate in the save that removes it, and takes it back", async () => {
    const entry = { walletId: walletIn(0, "w"), cardId: cardIdIn(0, "a") };
    await at.store.save(changeOf(0, { walletAdds: [entry] }));
    await at.store.save(changeOf(0, { walletRemoves: [entry] }));
    expect(await at.store.walletCards(entry.walletId, null, 10)).toEqual([]);
    await at.store.save(changeOf(0, { walletAdds: [entry], walletRemoves: [entry] }));
    await at.reopen();
    expect(await at.store.walletCards(entry.walletId, null, 10)).toEqual([entry.cardId]);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "adds a candidate of any shard, once, also when that fails %s it was done",
    async (fault) => {
      const entry = { walletId: walletIn(3, "w"), cardId: cardIdIn(1, "a") };
      const flaky = failing(at.store, failOnce("addWalletCandidate", fault));
      await expect(flaky.addWalletCandidate(entry)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await flaky.addWalletCandidate(entry);
      await at.reopen();
      expect(await at.store.walletCards(entry.walletId, null, 10)).toEqual([entry.cardId]);
    },
  );

  it("lists a batch's cards shard by shard, each once", async () => {
    const batch = fullCard(cardIdIn(1, "a")).batchId;
    if (batch === null) throw new Error("the card is of a batch");
    const ids = names.map((name) => cardIdIn(1, name));
    const generated = { standing: { status: "GENERATED" } } as const;
    for (const each of ids) await at.store.save(birth(recordOf(fullCard(each, generated)), 1));
    await at.store.save(birth(recordOf(fullCard(cardIdIn(2, "x"), generated)), 2));
    // A successor bears the batch of the card it replaces, and is not one of those the batch was made of.
    await at.store.save(birth(recordOf(fullCard(cardIdIn(1, "successor"))), 1));
    await at.store.save(birth(recordOf(fullCard(cardIdIn(1, "lot"), { batchId: null })), 1));
    const page = { batchId: batch, shard: 1, limit: 2 };
    expect(await paged((after) => at.store.batchCards({ ...page, after }))).toEqual(sorted(ids));
    const other = { ...page, batchId: batchId("0c".repeat(16)), after: null };
    expect(await at.store.batchCards(other)).toEqual([]);
  });
}

async function paged(page: (after: CardId | null) => Promise<CardId[]>): Promise<CardId[]> {
  const all: CardId[] = [];
  for (;;) {
    const ids = await page(all.at(-1) ?? null);
    expect(ids.length).toBeLessThanOrEqual(2);
    if (ids.length === 0) return all;
    all.push(...ids);
  }
}
