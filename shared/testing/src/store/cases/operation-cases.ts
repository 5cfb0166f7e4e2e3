import type { Change } from "@scrip/ports";
import { expect, it } from "vitest";
import { failing, failOnce } from "../../faults/failing.ts";
import { cardIdIn, changeOf, eventOf, operationOf, opIdOf, outcomeOf } from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const opId = opIdOf("sale");
const legs = [cardIdIn(2, "a"), cardIdIn(2, "b")];
const saved = (version: number): Change =>
  changeOf(2, {
    operations: [{ record: operationOf(opId, legs, version), expectedVersion: version - 1 }],
    events: [eventOf(`version ${version}`)],
  });
const removed = (expectedVersion: number, name = "closed"): Change =>
  changeOf(2, {
    operationRemoves: [{ opId, expectedVersion }],
    outcome: outcomeOf(opIdOf(name)),
    events: [eventOf(name)],
  });

/** Operation records come, move on and go. */
export function operationCases(at: OpenPlace): void {
  it("removes a record of the version it must have", async () => {
    await at.store.save(saved(1));
    await at.store.save(saved(2));
    expect(await at.store.save(removed(2))).toEqual({ kind: "SAVED", firstSeq: 2 });
    expect(await at.store.operation(2, opId)).toBeUndefined();
    await at.reopen();
    expect(await at.store.operation(2, opId)).toBeUndefined();
    expect(await at.store.operationsOf(2, null, 10)).toEqual([]);
  });

  it.each([
    ["moved on", [saved(1), saved(2)], 1],
    ["was removed before", [saved(1), removed(1, "before")], 1],
    ["never was", [], 1],
  ])("removes no record that %s, and nothing beside it", async (_, before, version) => {
    for (const each of before) await at.store.save(each);
    const [record, next] = [await at.store.operation(2, opId), await at.store.nextSeq(2)];
    await expect(at.store.save(removed(version))).rejects.toMatchObject({
      code: "VERSION_CONFLICT",
    });
    expect(await at.store.operation(2, opId)).toEqual(record);
    expect(await at.store.nextSeq(2)).toBe(next);
    expect(await at.store.outcome(2, opIdOf("closed"))).toBeUndefined();
  });

  it("lets one of many that remove, move or make a record at once win", async () => {
    await at.store.save(saved(1));
    const racers = [saved(2), removed(1, "one"), removed(1, "two")];
    const results = await Promise.allSettled(racers.map((each) => at.store.save(each)));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    const after = await Promise.allSettled(
      [removed(2), saved(3)].map((each) => at.store.save(each)),
    );
    // Which one is up to the store: nobody promises that saves are done in the order they were begun.
    expect(after.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = (await at.store.operation(2, opId))?.operation.version;
    if (left !== undefined) await at.store.save(removed(left, "last"));
    expect(await at.store.save({ ...saved(1), events: [eventOf("again")] })).toMatchObject({
      kind: "SAVED",
    });
    expect(await at.store.operation(2, opId)).toEqual(operationOf(opId, legs, 1));
  });

  it.each([
    ["BEFORE", "SAVED"],
    ["AFTER", "OUTCOME_EXISTS"],
  ] as const)("removes once when that fails %s it was done and is retried", async (fault, kind) => {
    await at.store.save(saved(1));
    const flaky = failing(at.store, failOnce("save", fault));
    await expect(flaky.save(removed(1))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await flaky.save(removed(1))).toMatchObject({ kind });
    expect(await at.store.operation(2, opId)).toBeUndefined();
    expect(await at.store.nextSeq(2)).toBe(2);
  });
}
