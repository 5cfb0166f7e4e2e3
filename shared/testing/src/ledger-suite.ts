import { formatNote, parseCheckpoint, parseNote, type Policy } from "@scrip/merkle-log";
import { type Ledger, type LedgerBlock, PortError, type SignedBatch } from "@scrip/ports";
import { sha256Ed25519, verifyCheckpoint } from "@scrip/signing";
import { decodeEntry, type Entry, type GenesisEntry, nextChain, toHex } from "@scrip/wire";
import { leafHash } from "@scrip/merkle-log";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failing, failOnce, type Fault } from "./faults/failing.ts";
import { type TestChain, testChain } from "./ledger/test-chain.ts";

/** A copy of the ledger that believes nothing, fed by hand. */
export interface CheckingCopy {
  take(block: LedgerBlock): Promise<unknown>;
  /** Root of its log, hex. */
  root(): string;
}

/** One place where a ledger keeps its things, opened as often as a test likes. */
export interface LedgerPlace {
  open(): Promise<Ledger>;
  /** Whom to believe about this ledger; there once it was opened. */
  policy(): Policy;
  /** A new copy that replays what it is given. */
  copy(): Promise<CheckingCopy>;
  /** Removes the place; the ledger is closed by then. */
  remove(): Promise<void>;
}

const suite = sha256Ed25519;
const all = 1_000;
const soon = { interval: 2, timeout: 10_000 };

/** What every ledger promises. `newPlace` begins a chain as the genesis entry says; its validators may differ. */
export function ledgerSuite(
  name: string,
  newPlace: (genesis: GenesisEntry) => Promise<LedgerPlace>,
): void {
  describe(`ledger: ${name}`, () => {
    let chain: TestChain;
    let place: LedgerPlace;
    let ledger: Ledger;

    beforeEach(async () => {
      chain = testChain();
      place = await newPlace(chain.genesis);
      ledger = await place.open();
      chain.acts.open(100);
    });
    afterEach(async () => {
      await ledger.close();
      await place.remove();
    });

    const reopen = async (): Promise<void> => {
      await ledger.close();
      ledger = await place.open();
    };
    const batches = (eventsMax = 100): SignedBatch[] => chain.acts.history.takeBatches(eventsMax);
    const one = (): SignedBatch => batches()[0] as SignedBatch;
    const submitAll = (offered: readonly SignedBatch[]) =>
      Promise.all(offered.map((batch) => ledger.submit(batch)));
    const drain = () => submitAll(batches());
    const entries = async (): Promise<Entry[]> =>
      (await ledger.blocks(0, all)).flatMap((block) =>
        block.entries.map((bytes) => decodeEntry(bytes)),
      );
    const verified = async () => {
      const trust = { policy: { ...place.policy(), logs: [] }, suite };
      return verifyCheckpoint(await ledger.checkpoint(), {
        ...trust,
        origin: chain.genesis.chainId,
      });
    };

    it("begins with genesis, its seal, and a checkpoint that a quorum has signed", async () => {
      const [block, ...more] = await ledger.blocks(0, all);
      expect(more).toEqual([]);
      expect(block).toMatchObject({ height: 0, fromIndex: 0, checkpoint: expect.any(String) });
      expect((await entries()).map(({ kind }) => kind)).toEqual(["genesis", "seal"]);
      expect((await entries())[0]).toMatchObject({
        chainId: chain.genesis.chainId,
        shards: chain.genesis.shards,
        writers: chain.genesis.writers,
      });
      const { checkpoint, cosignedBy } = await verified();
      expect(checkpoint.size).toBe(2);
      expect(cosignedBy.length).toBeGreaterThanOrEqual(3);
    });

    it("commits a batch: in a block, under a checkpoint, with a new head", async () => {
      const batch = one();
      const before = await ledger.head(4);
      expect(before).toMatchObject({ shard: 4, epoch: 1, nextSeq: 0 });
      expect(before.chain).toBe(batch.header.chainBefore);
      const result = await ledger.submit(batch);
      const chainAfter = batch.events.reduce(
        (link, event) => nextChain(suite.hash, link, toHex(leafHash(suite.hash, event))),
        before.chain,
      );
      const head = { shard: 4, epoch: 1, nextSeq: batch.events.length, chain: chainAfter };
      expect(result).toEqual({ kind: "COMMITTED", height: 1, head });
      expect(await ledger.head(4)).toEqual(head);
      const found = await entries();
      expect(found.map(({ kind }) => kind).slice(2)).toEqual([
        "batch",
        ...batch.events.map(() => "event"),
        "seal",
      ]);
      expect((await verified()).checkpoint.size).toBe(found.length);
    });

    it("commits batches of many callers, each once", async () => {
      await drain();
      chain.acts.stock(60);
      const offered = batches(5);
      const results = await submitAll(offered);
      expect(results.map(({ kind }) => kind)).toEqual(offered.map(() => "COMMITTED"));
      const sealed = (await entries()).findLast((entry) => entry.kind === "seal");
      expect(sealed).toMatchObject({ cards: 60, lawGauge: 0n });
    });

    it("takes no batch twice", async () => {
      const batch = one();
      await ledger.submit(batch);
      const before = await entries();
      expect(await ledger.submit(batch)).toEqual({ kind: "BEHIND", head: await ledger.head(4) });
      expect(await entries()).toEqual(before);
    });

    it("takes no batch before the one that comes first", async () => {
      const [first, second] = batches(3);
      expect(await ledger.submit(second as SignedBatch)).toMatchObject({
        kind: "AHEAD",
        head: { nextSeq: 0 },
      });
      expect(await ledger.submit(first as SignedBatch)).toMatchObject({ kind: "COMMITTED" });
      expect(await ledger.submit(second as SignedBatch)).toMatchObject({ kind: "COMMITTED" });
    });

    it("tells a fork from everything else", async () => {
      await drain();
      const { nextSeq } = await ledger.head(4);
      const place_ = { shard: 4, fromSeq: nextSeq, chainBefore: "ab".repeat(32) };
      const other = chain.acts.history.signAt(place_, [Uint8Array.of(1)]);
      expect(await ledger.submit(other)).toEqual({ kind: "FORK", head: await ledger.head(4) });
    });

    it("refuses a batch that no registered writer has signed", async () => {
      const batch = one();
      const forged = { ...batch, header: { ...batch.header, signature: "00".repeat(64) } };
      expect(await ledger.submit(forged)).toMatchObject({ kind: "REFUSED", head: { nextSeq: 0 } });
      expect(await entries()).toHaveLength(2);
      expect(await ledger.submit(batch)).toMatchObject({ kind: "COMMITTED" });
    });

    it("knows its shards", async () => {
      await expect(ledger.head(5)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
      const batch = one();
      const lost = { ...batch, header: { ...batch.header, shard: 5 } };
      await expect(ledger.submit(lost)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
    });

    it("keeps what the rules refuse as a rejection, in its place", async () => {
      chain.acts.history.queueBytes(4, Uint8Array.of(0xff));
      await drain();
      const found = await entries();
      expect(found.at(-2)).toEqual({
        kind: "rejection",
        event: Uint8Array.of(0xff),
        reason: "ENTRY_MALFORMED",
      });
      expect(await ledger.head(4)).toMatchObject({ nextSeq: found.length - 4 });
    });

    it("rejects everything on a card whose history it could not follow", async () => {
      const [card] = chain.acts.stock(1);
      await drain();
      // A sale that never reaches the ledger, and one that builds on it.
      const lost = chain.acts.spendCard(card as never, 100);
      chain.acts.history.takeBatches(1);
      const shard = Number.parseInt(String(card).slice(0, 2), 16) % 4;
      const { nextSeq: fromSeq, chain: chainBefore } = await ledger.head(shard);
      const next = chain.acts.spendCard(card as never, 100);
      const [skipping] = batches();
      const again = chain.acts.history.signAt(
        { shard, fromSeq, chainBefore },
        skipping?.events ?? [],
      );
      expect([lost, next].map((event) => event?.type)).toEqual([
        "CardWrittenOff",
        "CardWrittenOff",
      ]);
      expect(await ledger.submit(again)).toMatchObject({ kind: "COMMITTED" });
      expect((await entries()).at(-2)).toMatchObject({ kind: "rejection", reason: "VERSION_GAP" });
    });

    it("has everything after a restart", async () => {
      await drain();
      chain.acts.stock(9);
      await drain();
      const before = [await ledger.blocks(0, all), await ledger.head(2), await entries()] as const;
      await reopen();
      const after = [await ledger.blocks(0, all), await ledger.head(2), await entries()] as const;
      expect(after[1]).toEqual(before[1]);
      expect(after[2]).toEqual(before[2]);
      const text = ({ checkpoint }: LedgerBlock): string => parseNote(checkpoint).text;
      expect(after[0].map(text)).toEqual(before[0].map(text));
      chain.acts.grant("anna", 5);
      expect(await drain()).toMatchObject([{ kind: "COMMITTED", height: before[0].length }]);
    });

    it.each<Fault>(["BEFORE", "AFTER"])(
      "takes a batch once when its caller was told of a failure %s it was done",
      async (fault) => {
        const unsure = failing(ledger, failOnce("submit", fault));
        const batch = one();
        await expect(unsure.submit(batch)).rejects.toMatchObject({ code: "UNAVAILABLE" });
        const again = await unsure.submit(batch);
        expect(again.kind).toBe(fault === "BEFORE" ? "COMMITTED" : "BEHIND");
        expect(again.head.nextSeq).toBe(batch.events.length);
        const events = (await entries()).filter(({ kind }) => kind === "event");
        expect(events).toHaveLength(batch.events.length);
      },
    );

    it("gives blocks in pages, each with the note over the log up to it", async () => {
      for (const batch of batches(2)) await ledger.submit(batch);
      const whole = await ledger.blocks(0, all);
      expect(whole.map(({ height }) => height)).toEqual([0, 1, 2, 3]);
      const { fromIndex } = whole[2] as LedgerBlock;
      expect((await ledger.blocks(fromIndex, 1)).map(({ height }) => height)).toEqual([2]);
      expect((await ledger.blocks(fromIndex - 1, all)).map(({ height }) => height)).toEqual([2, 3]);
      expect(await ledger.blocks(10_000, all)).toEqual([]);
      for (const { fromIndex: first, entries: own, checkpoint } of whole) {
        expect(parseCheckpoint(parseNote(checkpoint).text).size).toBe(first + own.length);
      }
    });

    it("can be checked by anybody, block by block, from nothing", async () => {
      chain.acts.stock(20);
      chain.acts.grant("anna", 50);
      chain.acts.history.queueBytes(1, Uint8Array.of(1, 2, 3));
      for (const batch of batches(4)) await ledger.submit(batch);
      const copy = await place.copy();
      for (const block of await ledger.blocks(0, all)) await copy.take(block);
      expect(copy.root()).toBe(toHex((await verified()).checkpoint.root));
    });

    it("is not believed without its quorum", async () => {
      const { text, signatures } = parseNote(await ledger.checkpoint());
      const [block] = await ledger.blocks(0, 1);
      const checkpoint = formatNote({ text, signatures: signatures.slice(0, 2) });
      const copy = await place.copy();
      await expect(copy.take({ ...(block as LedgerBlock), checkpoint })).rejects.toThrow(
        /is not enough/,
      );
    });

    it("tells those who wait when there is something new, until they stop", async () => {
      let told = 0;
      const stop = ledger.onProgress(() => (told += 1));
      const [first, second] = batches(3);
      await ledger.submit(first as SignedBatch);
      await vi.waitFor(() => expect(told).toBeGreaterThan(0), soon);
      stop();
      const before = told;
      // Somebody else who waits is told: nobody may be told later.
      let others = 0;
      const stopOther = ledger.onProgress(() => (others += 1));
      const seen = others;
      await ledger.submit(second as SignedBatch);
      await vi.waitFor(() => expect(others).toBeGreaterThan(seen), soon);
      expect(told).toBe(before);
      stopOther();
    });

    it("takes nothing once it is closed", async () => {
      await ledger.close();
      await expect(ledger.submit(one())).rejects.toBeInstanceOf(PortError);
      ledger = await place.open();
    });
  });
}
