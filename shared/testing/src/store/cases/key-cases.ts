import type { Change } from "@scrip/ports";
import { expect, it } from "vitest";
import { failing, failOnce } from "../../faults/failing.ts";
import {
  birth,
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  keptAs,
  moveOf,
  opIdOf,
  outcomeOf,
  pointerOf,
  recordOf,
  suiteShards,
  suiteStart,
} from "../given.ts";
import type { OpenPlace } from "../open-place.ts";

const id = cardIdIn(1, "a");
const born = recordOf(fullCard(id));
const key = opIdOf("sale");

/** One effect per operation key, whatever is repeated, raced or lost. */
export function keyCases(at: OpenPlace): void {
  const version = async (): Promise<number | undefined> => (await at.store.card(id))?.card.version;

  it("answers a repeated key with the first outcome", async () => {
    await at.store.save(birth(born, 1));
    const first = moveOf(born, 1, "sale");
    await at.store.save(first);
    const again: Change = { ...first, outcome: outcomeOf(key, '{"other":true}') };
    const exists = { kind: "OUTCOME_EXISTS", outcome: keptAs(first.outcome, 1) };
    expect(await at.store.save(again)).toEqual(exists);
    await at.reopen();
    expect(await at.store.save(again)).toEqual(exists);
    expect(await version()).toBe(2);
    expect(await at.store.nextSeq(1)).toBe(2);
  });

  it("gives two at once with one key one effect and the same answer", async () => {
    await at.store.save(birth(born, 1));
    const change = moveOf(born, 1, "sale");
    const results = await Promise.all([change, change, change].map((each) => at.store.save(each)));
    expect(results.map(({ kind }) => kind).sort()).toEqual([
      "OUTCOME_EXISTS",
      "OUTCOME_EXISTS",
      "SAVED",
    ]);
    expect(await version()).toBe(2);
  });

  it("refuses a key that comes with another body, before and after its outcome", async () => {
    await at.store.save(changeOf(1, { pointer: pointerOf(key, 1, "one") }));
    const pointer = pointerOf(key, 1, "two");
    const other = changeOf(1, { pointer, outcome: outcomeOf(key), events: [eventOf("e")] });
    expect(await at.store.save(other)).toEqual({ kind: "KEY_REUSED" });
    await at.store.save({ ...other, pointer: pointerOf(key, 1, "one") });
    expect(await at.store.save(other)).toEqual({ kind: "KEY_REUSED" });
    expect(await at.store.pointer(key)).toEqual(pointerOf(key, 1, "one"));
    expect(await at.store.nextSeq(1)).toBe(1);
  });

  it("keeps a pointer that comes first, until its outcome comes with or without it", async () => {
    const keys = [opIdOf("with"), opIdOf("without")];
    for (const each of keys) {
      const pointer = pointerOf(each, 2);
      expect(await at.store.save(changeOf(2, { pointer }))).toMatchObject({ kind: "SAVED" });
      expect(await at.store.save(changeOf(2, { pointer }))).toMatchObject({ kind: "SAVED" });
      expect(await at.store.outcome(2, each)).toBeUndefined();
      const given = each === keys[0] ? pointer : null;
      await at.store.save(changeOf(2, { pointer: given, outcome: outcomeOf(each) }));
      expect(await at.store.pointer(each)).toEqual(pointer);
      expect(await at.store.outcome(2, each)).toEqual(keptAs(outcomeOf(each), null));
      const late = await at.store.save(changeOf(2, { pointer }));
      expect(late).toEqual({ kind: "OUTCOME_EXISTS", outcome: keptAs(outcomeOf(each), null) });
    }
  });

  it("keeps the outcome of a part that has no pointer", async () => {
    const outcome = { ...outcomeOf(key), eventId: null, kind: "DECLINED" as const };
    await at.store.save(changeOf(3, { outcome }));
    expect(await at.store.pointer(key)).toBeUndefined();
    expect(await at.store.outcome(3, key)).toEqual(keptAs(outcome, null));
    expect(await at.store.outcome(2, key)).toBeUndefined();
    const again = await at.store.save(changeOf(3, { outcome: outcomeOf(key) }));
    expect(again).toEqual({ kind: "OUTCOME_EXISTS", outcome: keptAs(outcome, null) });
  });

  it("keeps where in its stream the outcome's event is: the last one of its save", async () => {
    await at.store.save(birth(born, 1));
    const due = eventOf("due");
    const first = moveOf(born, 1, "sale");
    const many = [0, 1, 2].map((nth) => {
      const each = opIdOf(`part ${nth}`);
      return changeOf(1, { outcome: outcomeOf(each), events: [eventOf(`part ${nth}`)] });
    });
    const saves = [{ ...first, events: [due, ...first.events] }, ...many];
    await Promise.all(saves.map((each) => at.store.save(each)));
    for (const reopened of [false, true]) {
      if (reopened) await at.reopen();
      for (const { outcome, events } of saves) {
        const kept = outcome && (await at.store.outcome(1, outcome.opId));
        const [event] = await at.store.read(1, kept?.seq ?? -1, 1);
        expect(event).toEqual({ seq: kept?.seq, ...events.at(-1) });
      }
    }
  });

  it("keeps the place of the event that joins a pointer, also beyond the trim point", async () => {
    const pointer = pointerOf(key, 2);
    await at.store.save(changeOf(2, { pointer }));
    const events = [eventOf("a"), eventOf("b")];
    await at.store.save(changeOf(2, { pointer, outcome: outcomeOf(key), events }));
    await at.store.trim(2, { ...suiteStart(2), seq: 2 });
    await at.reopen();
    expect(await at.store.outcome(2, key)).toEqual(keptAs(outcomeOf(key), 1));
    expect(await at.store.read(2, 1, 1)).toEqual([]);
  });

  it("keeps no place for a decline, whatever was saved beside it", async () => {
    const outcome = { ...outcomeOf(key), eventId: null, kind: "DECLINED" as const };
    await at.store.save(changeOf(2, { outcome, events: [eventOf("due")] }));
    expect(await at.store.outcome(2, key)).toEqual(keptAs(outcome, null));
  });

  it("takes a claim once", async () => {
    const claim = "program:gold";
    const first = changeOf(suiteShards, { claims: [claim], events: [eventOf("first")] });
    const second = changeOf(suiteShards, {
      claims: ["program:other", claim],
      events: [eventOf("second")],
      outcome: outcomeOf(key),
    });
    const results = await Promise.all([at.store.save(first), at.store.save(second)]);
    expect(results).toEqual([
      { kind: "SAVED", firstSeq: 0 },
      { kind: "CLAIM_TAKEN", claim },
    ]);
    await at.reopen();
    expect(await at.store.claimed(claim)).toBe(true);
    expect(await at.store.claimed("program:other")).toBe(false);
    expect(await at.store.outcome(suiteShards, key)).toBeUndefined();
    expect(await at.store.nextSeq(suiteShards)).toBe(1);
  });

  it.each([
    ["BEFORE", "SAVED"],
    ["AFTER", "OUTCOME_EXISTS"],
  ] as const)(
    "has one effect when a save fails %s it was done and is retried",
    async (fault, kind) => {
      await at.store.save(birth(born, 1));
      const flaky = failing(at.store, failOnce("save", fault));
      const change = moveOf(born, 1, "sale");
      await expect(flaky.save(change)).rejects.toMatchObject({
        code: "UNAVAILABLE",
        retryable: true,
        outcomeKnown: false,
      });
      const retried = await flaky.save(change);
      expect(retried.kind).toBe(kind);
      expect(await at.store.outcome(1, key)).toEqual(keptAs(change.outcome, 1));
      expect(await version()).toBe(2);
      expect(await at.store.read(1, 0, 10)).toHaveLength(2);
    },
  );
}
