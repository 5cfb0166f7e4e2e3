import type { Batch } from "@scrip/domain";
import { expect, it } from "vitest";
import { BatchWork } from "../src/background/batch-work.ts";
import { largeAtOnceMax, smallAtOnceMax, smallBatchCardsMax } from "../src/background/limits.ts";

const batchOf = (count: number) => ({ count }) as Batch;
const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that goes on until it is told to end, and what of it has begun. */
class Site {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, (fails?: Error) => void>();

  work = (name: string) => (): Promise<string> =>
    new Promise((resolve, reject) => {
      this.begun.push(name);
      this.#ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
    });

  end(name: string, error?: Error): void {
    this.#ends.get(name)?.(error);
  }
}

it("lets so many large batches be worked on, the others in their order, and small ones beside them", async () => {
  const [work, site] = [new BatchWork(), new Site()];
  const large = Array.from({ length: largeAtOnceMax + 2 }, (_, nth) => `large ${nth}`);
  const done = large.map((name) =>
    work.inTurn(batchOf(smallBatchCardsMax + 1), site.work(name)).catch(() => `${name} failed`),
  );
  await turns();
  expect(site.begun).toEqual(large.slice(0, largeAtOnceMax));
  const small = Array.from({ length: smallAtOnceMax + 1 }, (_, nth) => `small ${nth}`);
  const others = small.map((name) => work.inTurn(batchOf(smallBatchCardsMax), site.work(name)));
  await turns();
  expect(site.begun).toEqual([...large.slice(0, largeAtOnceMax), ...small.slice(0, -1)]);
  // A failure gives the place back as an end does.
  site.end("large 1", new Error("broken"));
  site.end("large 0");
  await turns();
  expect(site.begun.slice(-2)).toEqual(large.slice(-2));
  for (const name of [...large, ...small]) site.end(name);
  await turns();
  for (const name of [...large, ...small]) site.end(name);
  expect(await Promise.all(done)).toEqual(["large 0", "large 1 failed", "large 2", "large 3"]);
  expect(await Promise.all(others)).toEqual(small);
  const last = work.inTurn(batchOf(smallBatchCardsMax + 1), site.work("last"));
  await turns();
  site.end("last");
  expect(await last).toBe("last");
});
