import { unit } from "@scrip/domain";
import { decodeEvent } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import type { KeyedResult } from "../../src/index.ts";
import { outcomeOf } from "../../src/rebuilding/index.ts";
import { activeCard } from "../support/making.ts";
import {
  adjust,
  cancel,
  load,
  replace,
  resume,
  suspend,
  transfer,
  unbind,
} from "../support/ordering.ts";
import { bind } from "../support/selling.ts";
import { World } from "../support/world.ts";

/** The outcome as it was stored, and as a rebuild makes it from the event alone. */
function both(world: World, result: KeyedResult) {
  if (result.kind !== "OUTCOME" || result.entry === null) throw new Error("nothing was done");
  const { outcome, shard, entry } = result;
  const { event } = decodeEvent(entry);
  if (!("programId" in event) || outcome.seq === null) throw new Error("no order about a card");
  const program = world.registry.ruling(event.programId, event.atMs);
  if (program === undefined || outcome.eventId === null) throw new Error("an event of a program");
  const placed = { event, eventId: outcome.eventId, shard, seq: outcome.seq, program };
  return { outcome, rebuilt: outcomeOf(placed), of: program.unit };
}

describe("the outcome of an order about one card", () => {
  it("is rebuilt from its event, to the letter", async () => {
    const world = new World();
    const [card, lost] = [await activeCard(world, 100), await activeCard(world, 7)];
    const results = [
      await load(world, card, 20),
      await adjust(world, card, 5),
      await bind(world, card, "h-1"),
      await transfer(world, card, ["h-1", "h-2"]),
      await unbind(world, card, "h-2"),
      await suspend(world, card),
      await resume(world, card),
      await cancel(world, card),
      await replace(world, lost, { expiresAtMs: null }),
      await suspend(world, await activeCard(world, 1), { reason: "STOLEN" }),
    ];
    for (const result of results) {
      const { outcome, rebuilt, of } = both(world, result);
      expect(of).toBe(unit("CNY"));
      expect(rebuilt).toEqual(outcome);
    }
  });
});
