import type { DueEntry } from "@scrip/ports";
import { expect, it } from "vitest";
import { failing, failOnce } from "../../faults/failing.ts";
import {
  birth,
  cardIdIn,
  changeOf,
  fullCard,
  moveOf,
  opIdOf,
  recordOf,
  suiteShards,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const id = cardIdIn(1, "a");
const far = 4_102_444_800_000;
const cardDue = (dueAtMs: number, name = "a"): DueEntry => ({
  dueAtMs,
  kind: "CARD",
  id: cardIdIn(1, name),
});
const operationDue = (dueAtMs: number, name: string): DueEntry => ({
  dueAtMs,
  kind: "OPERATION",
  id: opIdOf(name),
});

/** What falls due by itself is found by its time. */
export function dueCases(at: OpenPlace): void {
  it("lists what is due by then, the earliest first, up to the limit", async () => {
    const soon = [cardDue(7), operationDue(8, "a"), cardDue(1_000, "b"), operationDue(far, "b")];
    await at.store.save(changeOf(1, { dueAdds: soon.toReversed() }));
    await at.store.save(changeOf(1, { dueAdds: [cardDue(far + 1)] }));
    expect(await at.store.due(1, far, 100)).toEqual(soon);
    await at.reopen();
    expect(await at.store.due(1, far, 100)).toEqual(soon);
    expect(await at.store.due(1, far, 3)).toEqual(soon.slice(0, 3));
    expect(await at.store.due(1, 8, 100)).toEqual(soon.slice(0, 2));
    expect(await at.store.due(1, 6, 100)).toEqual([]);
  });

  it("keeps apart what is due at one time, and what other shards have", async () => {
    const together = [cardDue(5), cardDue(5, "b"), operationDue(5, "a")];
    await at.store.save(changeOf(1, { dueAdds: [...together, cardDue(5)] }));
    await at.store.save(changeOf(2, { dueAdds: [operationDue(5, "c")] }));
    await at.store.save(changeOf(suiteShards, { dueAdds: [operationDue(4, "d")] }));
    expect(new Set(await at.store.due(1, 5, 100))).toEqual(new Set(together));
    expect(await at.store.due(2, far, 100)).toEqual([operationDue(5, "c")]);
    expect(await at.store.due(3, far, 100)).toEqual([]);
    expect(await at.store.due(suiteShards, 4, 1)).toEqual([operationDue(4, "d")]);
  });

  it("moves an entry in the save that moves its card, and in no other", async () => {
    const born = recordOf(fullCard(id));
    await at.store.save({ ...birth(born, 1), dueAdds: [cardDue(10)] });
    const moved = { dueRemoves: [cardDue(10)], dueAdds: [cardDue(20)] };
    const stale = { ...moveOf(recordOf(fullCard(id, { version: 7 })), 1, "stale"), ...moved };
    await expect(at.store.save(stale)).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect(await at.store.due(1, far, 10)).toEqual([cardDue(10)]);
    const change = { ...moveOf(born, 1, "sale"), ...moved };
    await at.store.save(change);
    expect(await at.store.save(change)).toMatchObject({ kind: "OUTCOME_EXISTS" });
    expect(await at.store.due(1, far, 10)).toEqual([cardDue(20)]);
  });

  it("forgets an entry, keeps what is added and removed at once, and minds no repetition", async () => {
    const both = { dueAdds: [cardDue(10)], dueRemoves: [cardDue(10)] };
    await at.store.save(changeOf(1, both));
    await at.store.save(changeOf(1, both));
    expect(await at.store.due(1, 10, 10)).toEqual([cardDue(10)]);
    await at.store.save(changeOf(1, { dueRemoves: both.dueRemoves }));
    await at.store.save(changeOf(1, { dueRemoves: both.dueRemoves }));
    expect(await at.store.due(1, far, 10)).toEqual([]);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "has its entries once when a save fails %s it was done and is retried",
    async (fault) => {
      await at.store.save(changeOf(1, { dueAdds: [cardDue(3)] }));
      const flaky = failing(at.store, failOnce("save", fault));
      const change = changeOf(1, { dueAdds: [operationDue(4, "a")], dueRemoves: [cardDue(3)] });
      await expect(flaky.save(change)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await flaky.save(change);
      await at.reopen();
      expect(await at.store.due(1, far, 10)).toEqual([operationDue(4, "a")]);
    },
  );

  it("knows its streams and its limits only", async () => {
    const broken = { code: "CONTRACT_BROKEN" };
    await expect(at.store.due(suiteShards + 1, far, 1)).rejects.toMatchObject(broken);
    await expect(at.store.due(0, far, 0)).rejects.toMatchObject(broken);
  });
}
