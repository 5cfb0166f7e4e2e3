import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CardId, OpId } from "@scrip/domain";
import type { BlockIndex, FollowerStore } from "@scrip/ports";
import { MemoryDisk, MemoryFollowerStore, StoreBlocks } from "@scrip/testing";
import { open } from "lmdb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openFollowerStore } from "../src/index.ts";

const chainId = "scrip.example/test";

/** One of few ids, spread over their whole space, so that some come again. */
const idOf = (kind: string, nth: number): string =>
  ((nth * 37) % 256).toString(16).padStart(2, "0") + kind.repeat(10);
const ids = 24;

interface Step {
  /** For each entry of the block its event's, operation's and card's number. */
  readonly entries: readonly (readonly [number, number, number])[];
  /** Whether the store is opened again after it. */
  readonly reopened: boolean;
}

const nth = fc.nat({ max: ids - 1 });
const stepsOf = fc.array(
  fc.record<Step>({
    entries: fc.array(fc.tuple(nth, nth, nth), { minLength: 1, maxLength: 12 }),
    reopened: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

const indexOf = ({ entries }: Step, fromIndex: number): BlockIndex => ({
  events: entries.map(([event], at) => ({ eventId: idOf("e", event), index: fromIndex + at })),
  operations: entries.map(([, operation], at) => ({
    opId: idOf("0", operation) as OpId,
    index: fromIndex + at,
  })),
  cards: entries.map(([, , card], at) => ({
    cardId: idOf("c", card) as CardId,
    index: fromIndex + at,
  })),
  control: [],
  lists: [],
});

/** Everything that can be looked up. */
const lookupsOf = (store: FollowerStore): unknown =>
  Array.from({ length: ids }, (_, id) => [
    store.indexOfEvent(idOf("e", id)),
    store.indexOfOperation(idOf("0", id) as OpId),
    store.history(idOf("c", id) as CardId, -1, 100),
    store.history(idOf("c", id) as CardId, 7, 2),
  ]);

describe("look-ups of the newest blocks", () => {
  it("are those of a store that puts each where it belongs at once, also after a start", async () => {
    await fc.assert(
      fc.asyncProperty(stepsOf, fc.nat({ max: 60 }), async (steps, recentLookupsMax) => {
        const directory = await mkdtemp(join(tmpdir(), "scrip-follower-"));
        const options = { directory, chainId, recentLookupsMax };
        const plain = new MemoryFollowerStore(new MemoryDisk());
        let store = openFollowerStore(options);
        const blocks = new StoreBlocks();
        for (const step of steps) {
          const index = indexOf(step, blocks.size);
          const block = blocks.next(step.entries.length, { index });
          await plain.commit(block);
          await store.commit(block, () => {
            // What begins to be seen is seen whole.
            expect(store.indexOfEvent(index.events[0]?.eventId ?? "")).toBeDefined();
          });
          if (step.reopened) {
            await store.close();
            store = openFollowerStore(options);
          }
          expect(lookupsOf(store)).toEqual(lookupsOf(plain));
          expect(store.lookupCounts()).toEqual(plain.lookupCounts());
        }
        await store.close();
        await rm(directory, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it("leave their records behind only until the trees have them", async () => {
    const directory = await mkdtemp(join(tmpdir(), "scrip-follower-"));
    const store = openFollowerStore({ directory, chainId, recentLookupsMax: 0 });
    const blocks = new StoreBlocks();
    for (let block = 0; block < 50; block++) {
      const entries = [[block % ids, block % ids, block % ids]] as const;
      const index = indexOf({ entries, reopened: false }, blocks.size);
      await store.commit(blocks.next(1, { index }));
    }
    await store.close();
    const root = open({ path: directory, maxDbs: 16, readOnly: true });
    const kept = root.openDB({ name: "recent", keyEncoding: "binary" }).getKeysCount();
    await root.close();
    await rm(directory, { recursive: true });
    // At most those of one round through the slices.
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(32);
  });
});
