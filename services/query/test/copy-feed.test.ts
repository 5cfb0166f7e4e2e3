import { CommittedModel } from "@scrip/application";
import { amount, defaultLimits, type ProgramId } from "@scrip/domain";
import { leafHash, sha256 } from "@scrip/merkle-log";
import { toHex } from "@scrip/wire";
import { afterEach, describe, expect, it } from "vitest";
import { settledEventsMax } from "../src/limits.ts";
import type { CopyFeed } from "../src/follow/copy-feed.ts";
import { given } from "./given.ts";

const models: CommittedModel[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.stop();
});

/** A process that keeps no copy, and hears from one that does. */
function listening({ query, ledger }: Awaited<ReturnType<typeof given>>): CommittedModel {
  const { shards } = ledger.chain.genesis;
  const model = new CommittedModel({
    feed: query.feed,
    outbox: {
      streams: shards + 1,
      nextSeq: async (shard) => ledger.state.leaves().need("shard-head", shard).nextSeq,
    },
    clock: { nowMs: () => ledger.chain.acts.history.nowMs },
    failed: (error) => expect(error).toBeUndefined(),
  });
  model.start();
  models.push(model);
  return model;
}

describe("what the verified copy says to other processes", () => {
  it("is the registry that this process has, changed programs as the ledger has them", async () => {
    const here = await given();
    const { acts } = here.ledger.chain;
    acts.open(1);
    await here.sealed();
    const model = listening(here);
    await model.untilCaughtUp();
    const gold = acts.history.programs.get("gold");
    if (gold === undefined) throw new Error("no program");
    const { refundWindowDays, showBalance } = gold;
    const terms = { ...defaultLimits, refundWindowDays, showBalance, spendMax: amount(500) };
    const change = { type: "ChangeProgram", ...terms, effectiveFromMs: null } as const;
    expect(acts.history.run(change, { programId: gold.programId })).not.toBeNull();
    acts.stock(3);
    await here.sealed();
    const id: ProgramId = gold.programId;
    await expect.poll(() => model.registry.program(id)?.version).toBe(2);
    for (const name of ["gold", "points"])
      expect(model.registry.program(name as ProgramId)).toEqual(
        here.query.registry.program(name as ProgramId),
      );
    expect([...model.registry.batches()]).toEqual([...here.query.registry.batches()]);
  });

  it("releases who waits for an event, as soon as it is verified", async () => {
    const here = await given();
    const { acts } = here.ledger.chain;
    acts.open(1);
    await here.sealed();
    const model = listening(here);
    await model.untilCaughtUp();
    const atMs = acts.history.nowMs;
    const event = {
      type: "ParticipantRegistered",
      participant: { participantId: "south", registeredAtMs: atMs },
      opId: acts.history.fresh("operation"),
      atMs,
      actor: "operator",
    };
    const eventId = toHex(leafHash(sha256, acts.history.queue(event as never)));
    const waiting = model.finality.waitFor(eventId, 60_000);
    await here.sealed();
    expect(await waiting).toBe("COMMITTED");
    expect(model.registry.participant("south" as never)).toBeDefined();
    // Another process that comes later hears nothing of it and asks.
    const later = listening(here);
    expect(await later.finality.of(eventId)).toBe("COMMITTED");
  });

  it("keeps a bounded number of events at hand", async () => {
    const { query } = await given();
    const feed = query.feed as CopyFeed;
    const of = (size: number) => ({
      size,
      events: Array.from({ length: 1_000 }, (_, nth) => ({
        eventId: `${size} ${nth}`,
        reason: nth === 0 ? ("VERSION_GAP" as const) : null,
      })),
    });
    for (let size = 10; size < 60; size += 1) feed.followed(of(size) as never);
    const signal = AbortSignal.abort();
    const { events } = await feed.news({ control: 1_000, size: 1 }, signal);
    expect(events).toHaveLength(settledEventsMax);
    expect(events[0]).toEqual({ eventId: "40 0", state: "REJECTED" });
    expect((await feed.news({ control: 1_000, size: 58 }, signal)).events).toHaveLength(1_000);
  });
});
