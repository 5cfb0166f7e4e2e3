import { testChain } from "@scrip/testing";
import { expect, it } from "vitest";
import { Place } from "./place.ts";

it("keeps events waiting while the clock stands behind them, and rejects none", async () => {
  const chain = testChain();
  const { history } = chain.acts;
  const place = await Place.make(chain.genesis);
  const ledger = await place.open();
  chain.acts.open(10);
  // Events of a while later than the newest block; the clock has been set back since.
  while (history.nowMs <= place.nowMs + 2 * chain.genesis.skewMaxMs) chain.acts.open(10);
  const batches = history.takeBatches(2);
  const last = batches.at(-1);
  if (last === undefined) throw new Error("no batch");
  try {
    const early = await Promise.allSettled(batches.map((batch) => ledger.submit(batch)));
    expect(early.at(-1)).toMatchObject({
      status: "rejected",
      reason: { code: "UNAVAILABLE", outcomeKnown: true },
    });

    place.nowMs = history.nowMs;
    for (const batch of batches) {
      expect(await ledger.submit(batch)).toMatchObject({ kind: "COMMITTED" });
    }
    const { shard, fromSeq, count } = last.header;
    expect(await ledger.head(shard)).toMatchObject({ nextSeq: fromSeq + count });
  } finally {
    await ledger.close();
    await place.remove();
  }
});
