import { defaultLimits, opId, participantId, programId, type Program, unit } from "@scrip/domain";
import {
  type CommittedFeed,
  type CommittedNews,
  type FinalityState,
  type NewsPlace,
  PortError,
} from "@scrip/ports";
import { FixedClock } from "@scrip/testing";
import { encodeEntry, encodeLeaf } from "@scrip/wire";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CommittedModel } from "../../src/committed/index.ts";
import { registryAgeMaxMs } from "../../src/committed/limits.ts";

const soon = { interval: 2, timeout: 10_000 };
const gold = programId("gold");
const actor = participantId("acme");
const program = (version: number, effectiveFromMs: number): Program => ({
  programId: gold,
  version,
  kind: "GIFT_CARD",
  unit: unit("CNY"),
  issuer: actor,
  refundWindowDays: 90,
  showBalance: false,
  ...defaultLimits,
  effectiveFromMs,
});
const entryOf = (version: number): Uint8Array =>
  encodeEntry({
    kind: "event",
    event: {
      type: version === 1 ? "ProgramCreated" : "ProgramChanged",
      program: program(version, 0),
      actor,
      atMs: 1,
      opId: opId("00".repeat(32)),
    },
    nonce: "00".repeat(16),
    partySignatures: [],
  });

/** News as a test gives them. */
class SaidFeed implements CommittedFeed {
  said: Omit<CommittedNews, "control" | "more"> = {
    size: 2,
    caughtUp: true,
    controlSeq: 0,
    events: [],
  };
  control: CommittedNews["control"] = [];
  pageMax = 100;
  fault: Error | null = null;
  readonly asked: NewsPlace[] = [];
  readonly named: string[] = [];
  finals = new Map<string, FinalityState>();
  #wake = new Set<() => void>();

  tell(): void {
    for (const wake of this.#wake) wake();
  }

  async news(beyond: NewsPlace, signal: AbortSignal): Promise<CommittedNews> {
    this.asked.push(beyond);
    const unheard = this.control.some(({ index }) => index > beyond.control);
    if (beyond.size === this.said.size && !unheard && this.fault === null) {
      await new Promise<void>((resolve) => {
        this.#wake.add(resolve);
        signal.addEventListener("abort", () => resolve());
      });
    }
    if (this.fault !== null) throw this.fault;
    const all = this.control.filter(({ index }) => index > beyond.control);
    const control = all.slice(0, this.pageMax);
    return { ...this.said, control, more: control.length < all.length };
  }

  async finality(eventIds: readonly string[]): Promise<FinalityState[]> {
    this.named.push(...eventIds);
    if (this.fault !== null) throw this.fault;
    return eventIds.map((eventId) => this.finals.get(eventId) ?? "ACCEPTED");
  }

  async close(): Promise<void> {}
}

const running: CommittedModel[] = [];
afterEach(async () => {
  for (const model of running.splice(0)) await model.stop();
});

function given(feed = new SaidFeed()) {
  const clock = new FixedClock(1_000_000);
  const stream = { nextSeq: 0, fault: null as Error | null };
  const failures: unknown[] = [];
  const outbox = {
    streams: 5,
    nextSeq: async (shard: number) => {
      if (stream.fault !== null) throw stream.fault;
      return shard === 4 ? stream.nextSeq : 99;
    },
  };
  const model = new CommittedModel({
    feed,
    outbox,
    clock,
    failed: (error) => void failures.push(error),
    // Time passes when a test says so; the loops go round meanwhile.
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
  });
  model.start();
  running.push(model);
  return { feed, clock, stream, failures, model };
}

describe("what is committed, by the news", () => {
  it("is known page by page, with the time at which the ledger lets a change rule", async () => {
    const feed = new SaidFeed();
    feed.pageMax = 1;
    feed.control = [
      { index: 3, entry: entryOf(1), version: null },
      {
        index: 5,
        entry: entryOf(2),
        version: encodeLeaf("program-version", program(2, 1_500_000)),
      },
    ];
    feed.said = { ...feed.said, size: 9, controlSeq: 2 };
    const { model, stream, clock } = given(feed);
    stream.nextSeq = 2;
    await model.untilCaughtUp();
    expect(model.registry.program(gold)?.version).toBe(2);
    expect(model.registry.ruling(gold, 1_499_999)?.version).toBe(1);
    expect(model.registry.ruling(gold, 1_500_000)?.version).toBe(2);
    expect(feed.asked.slice(0, 3).map(({ control }) => control)).toEqual([-1, 3, 5]);
    expect(clock.nowMs()).toBe(1_000_000);
  });

  it("is not known before the copy has caught up", async () => {
    const feed = new SaidFeed();
    feed.said = { ...feed.said, caughtUp: false };
    const { model } = given(feed);
    await vi.waitFor(() => expect(feed.asked.length).toBeGreaterThan(1), soon);
    expect(model.fault()).toContain("not known yet");
    expect(() => model.registry.ruling(gold, 1)).toThrow(PortError);
    feed.said = { ...feed.said, caughtUp: true };
    feed.tell();
    await model.untilCaughtUp();
    expect(model.registry.ruling(gold, 1)).toBeUndefined();
  });

  it("stays known while the feed is silent and nothing new stands in the control stream", async () => {
    const { model, feed, clock, failures } = given();
    await model.untilCaughtUp();
    feed.fault = new PortError("UNAVAILABLE", "gone");
    feed.tell();
    for (let round = 0; round < 20; round += 1) {
      clock.advance(registryAgeMaxMs);
      await vi.waitFor(() => expect(model.fault()).toBeUndefined(), soon);
    }
    expect(failures.length).toBeGreaterThan(0);
  });

  it("ends to be known when a control event stands in the stream that does not come", async () => {
    const { model, feed, clock, stream } = given();
    await model.untilCaughtUp();
    stream.nextSeq = 1;
    // A look that was under way may still have seen the stream of before.
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.advance(registryAgeMaxMs + 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(model.fault()).toContain("has not been known for");
    expect(() => model.registry.ruling(gold, 1)).toThrow(/has not been known/);
    expect(model.registry.program(gold)).toBeUndefined();
    feed.control = [{ index: 3, entry: entryOf(1), version: null }];
    feed.said = { ...feed.said, size: 5, controlSeq: 1 };
    feed.tell();
    await vi.waitFor(() => expect(model.fault()).toBeUndefined(), soon);
    expect(model.registry.ruling(gold, 1)?.version).toBe(1);
  });

  it("ends to be known when the store cannot be asked either", async () => {
    const { model, clock, stream } = given();
    await model.untilCaughtUp();
    stream.fault = new PortError("UNAVAILABLE", "gone too");
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.advance(registryAgeMaxMs + 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(model.fault()).toContain("has not been known for");
  });
});

describe("finality, by the news", () => {
  it("releases who waits, without asking for the event by name", async () => {
    const { model, feed } = given();
    await model.untilCaughtUp();
    const waiting = Promise.all([
      model.finality.waitFor("a", 60_000),
      model.finality.waitFor("b", 60_000),
    ]);
    feed.said = {
      ...feed.said,
      size: 7,
      events: [
        { eventId: "a", state: "COMMITTED" },
        { eventId: "b", state: "REJECTED" },
      ],
    };
    feed.tell();
    expect(await waiting).toEqual(["COMMITTED", "REJECTED"]);
    expect(await model.finality.of("a")).toBe("COMMITTED");
    expect(feed.named).toEqual([]);
  });

  it("asks by name for what came before the news", async () => {
    const { model, feed } = given();
    feed.finals.set("old", "COMMITTED");
    expect(await model.finality.of("old")).toBe("COMMITTED");
    expect(await model.finality.of("new")).toBe("ACCEPTED");
    feed.finals.set("older", "REJECTED");
    expect(await model.finality.waitFor("older", 60_000)).toBe("REJECTED");
  });

  it("ends with what is known when the time is over, or nobody can be asked", async () => {
    const { model, feed } = given();
    expect(await model.finality.waitFor("a", 5)).toBe("ACCEPTED");
    expect(await model.finality.waitFor("a", 0)).toBe("ACCEPTED");
    feed.fault = new PortError("UNAVAILABLE", "gone");
    expect(await model.finality.waitFor("a", 5)).toBe("ACCEPTED");
    await expect(model.finality.of("a")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
