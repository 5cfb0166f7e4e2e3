import type { CommittedFeed, CommittedNews, FinalityState, NewsPlace } from "@scrip/ports";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { remoteCommitted, serveCommitted } from "../src/index.ts";
import { eventsAskedMax } from "../src/limits.ts";

const key = { secret: "a secret of tests", chainId: "scrip.example/test" };
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** A verified copy that says what a test wants. */
class SaidFeed implements CommittedFeed {
  said: CommittedNews = {
    size: 0,
    caughtUp: false,
    control: [],
    more: false,
    controlSeq: 0,
    events: [],
  };
  readonly asked: NewsPlace[] = [];
  hold: Promise<void> = Promise.resolve();
  gone = 0;
  async news(beyond: NewsPlace, signal: AbortSignal): Promise<CommittedNews> {
    this.asked.push(beyond);
    const left = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    await Promise.race([this.hold, left]);
    if (signal.aborted) this.gone += 1;
    return this.said;
  }
  finality = (eventIds: readonly string[]): Promise<FinalityState[]> =>
    Promise.resolve(eventIds.map((id) => (id.startsWith("a") ? "COMMITTED" : "ACCEPTED")));
  close = () => Promise.resolve();
}

async function given() {
  const feed = new SaidFeed();
  const channel = await serveCommitted(feed, { ...key, port: 0 });
  const remote = remoteCommitted({ ...key, url: `http://127.0.0.1:${channel.port}` });
  opened.push(channel, remote);
  return { feed, remote };
}

const bytes = fc.uint8Array({ maxLength: 40 });
const hexId = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((id) => Buffer.from(id).toString("hex"));
const news: fc.Arbitrary<CommittedNews> = fc.record({
  size: fc.nat(),
  caughtUp: fc.boolean(),
  more: fc.boolean(),
  controlSeq: fc.nat(),
  control: fc.array(fc.record({ index: fc.nat(), entry: bytes, version: fc.option(bytes) }), {
    maxLength: 5,
  }),
  events: fc.array(fc.record({ eventId: hexId, state: fc.constantFrom("COMMITTED", "REJECTED") }), {
    maxLength: 5,
  }),
});

describe("what is committed, on another process's port", () => {
  it("arrives as it was said", async () => {
    const { feed, remote } = await given();
    const place = fc.record({ control: fc.integer({ min: -1 }), size: fc.option(fc.nat()) });
    await fc.assert(
      fc.asyncProperty(news, place, async (said, beyond) => {
        feed.said = said;
        expect(await remote.news(beyond, new AbortController().signal)).toEqual(said);
        expect(feed.asked.at(-1)).toEqual(beyond);
      }),
      { numRuns: 50 },
    );
  });

  it("is told of each event that is asked for", async () => {
    const { remote } = await given();
    const [a, b] = ["ab".repeat(32), "cd".repeat(32)];
    expect(await remote.finality([a, b, a])).toEqual(["COMMITTED", "ACCEPTED", "COMMITTED"]);
    for (const wrong of [["evt_1"], Array.from({ length: eventsAskedMax + 1 }, () => a)]) {
      await expect(remote.finality(wrong)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    }
  });

  it("lets go of who waits and goes", async () => {
    const { feed, remote } = await given();
    feed.hold = new Promise(() => undefined);
    const leaving = new AbortController();
    const waiting = remote.news({ control: -1, size: 0 }, leaving.signal);
    await expect.poll(() => feed.asked.length).toBe(1);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect.poll(() => feed.gone).toBe(1);
  });
});
