import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lanes } from "../src/replay/lanes.ts";

const plans = fc.record({
  atOnceMax: fc.integer({ min: 1, max: 4 }),
  waitingMax: fc.integer({ min: 1, max: 12 }),
  /** Which lane, and how many turns of the event loop the work takes. */
  work: fc.array(
    fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer({ min: 0, max: 3 })),
    {
      maxLength: 40,
    },
  ),
});

const turns = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
};

describe("lanes", () => {
  it("keep the order of each lane, and both bounds", async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ work, ...bounds }) => {
        const lanes = new Lanes(bounds);
        const ended: [string, number][] = [];
        const busy = new Set<string>();
        let [added, most, mostWaiting] = [0, 0, 0];
        for (const [at, [lane, length]] of work.entries()) {
          await lanes.add(lane, async () => {
            expect(busy.has(lane)).toBe(false);
            busy.add(lane);
            most = Math.max(most, busy.size);
            await turns(length);
            busy.delete(lane);
            ended.push([lane, at]);
          });
          added += 1;
          mostWaiting = Math.max(mostWaiting, added - ended.length);
        }
        await lanes.done();
        expect(ended).toHaveLength(work.length);
        for (const lane of "abcde") {
          const order = ended.filter(([name]) => name === lane).map(([, at]) => at);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(most).toBeLessThanOrEqual(bounds.atOnceMax);
        expect(mostWaiting).toBeLessThanOrEqual(bounds.waitingMax);
      }),
    );
  });
});
