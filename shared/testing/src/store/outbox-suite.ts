import { createHash } from "node:crypto";
import type { StreamPosition } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { failing, failOnce } from "../faults/failing.ts";
import type { CardStorePlace } from "./card-store-place.ts";
import { changeOf, eventOf, suiteShards, suiteStart } from "./given.ts";
import { openPlace } from "./open-place.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const at = (seq: number, epoch = 1): StreamPosition => ({
  epoch,
  seq,
  chain: createHash("sha256").update(`chain ${seq}`).digest("hex"),
});

/** What every outbox promises. */
export function outboxSuite(name: string, newPlace: () => Promise<CardStorePlace>): void {
  describe(`outbox: ${name}`, () => {
    const place = openPlace(newPlace);
    const fill = async (shard: number, count: number, from = 0): Promise<void> => {
      const names = Array.from({ length: count }, (_, nth) => `${shard} ${from + nth}`);
      const save = (event: string) =>
        place.store.save(changeOf(shard, { events: [eventOf(event)] }));
      for (const event of names) await save(event);
    };
    const seqs = async (shard: number, from: number, limit = 100): Promise<number[]> =>
      (await place.store.read(shard, from, limit)).map(({ seq }) => seq);

    it("begins every stream where it was told, the control stream too", async () => {
      for (let shard = 0; shard <= suiteShards; shard += 1) {
        expect(await place.store.trimPoint(shard)).toEqual(suiteStart(shard));
        expect(await place.store.nextSeq(shard)).toBe(0);
        expect(await seqs(shard, 0)).toEqual([]);
      }
    });

    it("reads a stream in order, from any number, up to the limit, and keeps it", async () => {
      await fill(1, 5);
      await fill(2, 3);
      await place.reopen();
      await fill(1, 2, 5);
      expect(await seqs(1, 0)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(await seqs(1, 3, 2)).toEqual([3, 4]);
      expect(await seqs(1, 7)).toEqual([]);
      expect(await seqs(2, 0)).toEqual([0, 1, 2]);
      expect(await place.store.nextSeq(1)).toBe(7);
      expect((await place.store.read(2, 1, 1))[0]).toEqual({ seq: 1, ...eventOf("2 1") });
    });

    it("numbers concurrent saves without gap or repetition", async () => {
      const names = Array.from({ length: 100 }, (_, nth) => `event ${nth}`);
      const saves = names.map((event) =>
        place.store.save(changeOf(0, { events: [eventOf(event)] })),
      );
      const given = (await Promise.all(saves)).map((saved) =>
        saved.kind === "SAVED" ? saved.firstSeq : -1,
      );
      const read = await place.store.read(0, 0, 1_000);
      expect(read.map(({ seq }) => seq)).toEqual(names.map((_, nth) => nth));
      for (const [nth, seq] of given.entries())
        expect(read[seq]?.eventId).toBe(eventOf(names[nth] ?? "").eventId);
    });

    it("forgets what lies before the trim point and remembers the point", async () => {
      await fill(1, 5);
      await place.store.trim(1, at(3));
      for (const reopened of [false, true]) {
        if (reopened) await place.reopen();
        expect(await place.store.trimPoint(1)).toEqual(at(3));
        expect(await seqs(1, 0)).toEqual([3, 4]);
        expect(await place.store.nextSeq(1)).toBe(5);
        expect(await place.store.trimPoint(2)).toEqual(suiteStart(2));
      }
    });

    it("goes on counting after everything was trimmed and the store reopened", async () => {
      await fill(1, 4);
      await place.store.trim(1, at(4));
      await place.reopen();
      expect(await seqs(1, 0)).toEqual([]);
      expect(await place.store.nextSeq(1)).toBe(4);
      await fill(1, 1, 4);
      expect(await seqs(1, 0)).toEqual([4]);
    });

    it("ignores a trim that goes back, and takes a new epoch at the same place", async () => {
      await fill(1, 5);
      await place.store.trim(1, at(3));
      await place.store.trim(1, at(2));
      expect(await place.store.trimPoint(1)).toEqual(at(3));
      await place.store.trim(1, at(3, 2));
      expect(await place.store.trimPoint(1)).toEqual(at(3, 2));
      expect(await seqs(1, 0)).toEqual([3, 4]);
    });

    it("refuses to trim beyond the head", async () => {
      await fill(1, 2);
      const beyond = place.store.trim(1, at(3));
      await expect(beyond).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
      expect(await place.store.trimPoint(1)).toEqual(suiteStart(1));
      expect(await seqs(1, 0)).toEqual([0, 1]);
    });

    it("trims while others save and read", async () => {
      const trims = Array.from({ length: 20 }, async (_, nth) => {
        await fill(3, 1, nth);
        await place.store.trim(3, at(nth + 1)).catch(() => undefined);
        const read = await seqs(3, 0);
        expect(read).toEqual(read.map((_seq, index) => (read[0] ?? 0) + index));
      });
      await Promise.all(trims);
      expect(await place.store.nextSeq(3)).toBe(20);
    });

    it.each(["BEFORE", "AFTER"] as const)(
      "is trimmed once when a trim fails %s it was done and is retried",
      async (fault) => {
        await fill(1, 3);
        const flaky = failing(place.store, failOnce("trim", fault));
        await expect(flaky.trim(1, at(2))).rejects.toMatchObject({ code: "UNAVAILABLE" });
        await flaky.trim(1, at(2));
        expect(await place.store.trimPoint(1)).toEqual(at(2));
        expect(await seqs(1, 0)).toEqual([2]);
      },
    );

    it("says that a shard got events, until nobody wants to hear it", async () => {
      const heard: number[] = [];
      const stop = place.store.onAppend((shard) => heard.push(shard));
      await fill(2, 1);
      await turn();
      expect(heard).toEqual([2]);
      await place.store.save(changeOf(1, {}));
      await turn();
      expect(heard).toEqual([2]);
      stop();
      await fill(2, 1, 1);
      await turn();
      expect(heard).toEqual([2]);
    });

    it("shows an event to whoever was told of it", async () => {
      const seen: Promise<number[]>[] = [];
      place.store.onAppend((shard) => void seen.push(seqs(shard, 0)));
      await fill(2, 1);
      await turn();
      expect(await Promise.all(seen)).toEqual([[0]]);
    });

    it("knows its streams only", async () => {
      const unknown = suiteShards + 1;
      const broken = { code: "CONTRACT_BROKEN" };
      await expect(place.store.read(unknown, 0, 1)).rejects.toMatchObject(broken);
      await expect(place.store.nextSeq(unknown)).rejects.toMatchObject(broken);
      await expect(place.store.trimPoint(unknown)).rejects.toMatchObject(broken);
      await expect(place.store.trim(unknown, at(0))).rejects.toMatchObject(broken);
      await expect(place.store.read(0, 0, 0)).rejects.toMatchObject(broken);
    });
  });
}
