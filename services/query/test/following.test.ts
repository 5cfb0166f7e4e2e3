import { amount, defaultLimits, type ProgramId } from "@scrip/domain";
import { PortError, type LedgerBlock } from "@scrip/ports";
import { MemoryDisk } from "@scrip/testing";
import { toHex } from "@scrip/wire";
import { leafHash, sha256 } from "@scrip/merkle-log";
import { describe, expect, it, vi } from "vitest";
import { given } from "./given.ts";
import { RehearsalLedger } from "./rehearsal-ledger.ts";

/** The same block with one byte of one entry changed. */
const flipped = (block: LedgerBlock, at: number): LedgerBlock => ({
  ...block,
  entries: block.entries.map((entry, place) => {
    if (place !== at) return entry;
    const changed = entry.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    return changed;
  }),
});

describe("following the ledger", () => {
  it("takes every block, and is ready once it has caught up", async () => {
    const { ledger, query, sealed, metrics } = await given();
    ledger.chain.acts.open(10);
    ledger.chain.acts.stock(10);
    await sealed();
    await vi.waitFor(async () => expect(await query.readiness.check()).toBeUndefined());
    expect(query.registry.program("gold" as never)).toMatchObject({ version: 1, issuer: "acme" });
    const text = await metrics.metrics();
    expect(text).toContain("scrip_ledger_height 1");
    expect(text).toContain("scrip_ledger_cards 10");
    expect(text).toContain("scrip_ledger_law_gauge 0");
    expect(text).toMatch(/scrip_committed_lag_seconds_count [1-9]/);
  });

  it("goes on where its store ends, with the registry of before", async () => {
    const first = await given();
    first.ledger.chain.acts.open(10);
    await first.sealed();
    await first.query.stop();
    await first.store.close();

    const { ledger, disk } = first;
    const second = await given({ ledger, disk });
    expect(second.query.registry.program("points" as never)?.kind).toBe("POINTS");
    ledger.chain.acts.stock(5);
    await second.sealed();
    expect(await second.metrics.metrics()).toContain("scrip_ledger_cards 5");
  });

  it("starts again after a program has changed, with the time that the ledger gave the change", async () => {
    const first = await given();
    const { acts } = first.ledger.chain;
    acts.open(1);
    const gold = acts.history.programs.get("gold");
    if (gold === undefined) throw new Error("no program");
    const { refundWindowDays, showBalance } = gold;
    const terms = { ...defaultLimits, refundWindowDays, showBalance, spendMax: amount(500) };
    const change = { type: "ChangeProgram", ...terms, effectiveFromMs: null } as const;
    expect(acts.history.run(change, { programId: "gold" as ProgramId })).not.toBeNull();
    await first.sealed();
    const known = first.query.registry.program("gold" as ProgramId);
    expect(known).toMatchObject({ version: 2, spendMax: 500n });
    expect(known?.effectiveFromMs).toBeGreaterThan(acts.history.nowMs);
    await first.query.stop();
    await first.store.close();

    const { ledger, disk } = first;
    const second = await given({ ledger, disk });
    expect(second.query.registry.program("gold" as ProgramId)).toEqual(known);
  });

  it("tries again when the ledger cannot be reached", async () => {
    const { ledger, sealed, metrics } = await given();
    ledger.faults.push(new PortError("UNAVAILABLE", "away"), new PortError("UNAVAILABLE", "away"));
    ledger.chain.acts.open(1);
    await sealed();
    expect(await metrics.metrics()).toContain("scrip_follow_failures_total 2");
  });

  it("waits for a quorum, and takes the block once it has signed", async () => {
    const { ledger, store, query, settled } = await given();
    const size = store.size();
    let honest = false;
    const oneLine = (note: string) => note.split("\n").slice(0, 5).join("\n").concat("\n");
    ledger.spoil = (block) =>
      honest ? block : { ...block, checkpoint: oneLine(block.checkpoint) };
    ledger.chain.acts.open(1);
    await ledger.seal();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.size()).toBe(size);
    honest = true;
    await settled();
    expect(await query.readiness.check()).toBeUndefined();
  });

  it.each(["before", "after"])(
    "recovers from a commit that failed %s it took place",
    async (when) => {
      const disk = new MemoryDisk();
      const ledger = new RehearsalLedger();
      const { store, sealed, query } = await given({ ledger, disk });
      const commit = store.commit.bind(store);
      store.commit = async (block, onVisible) => {
        store.commit = commit;
        if (when === "after") await commit(block);
        void onVisible;
        throw new PortError("UNAVAILABLE", "the disk is full", { outcomeKnown: false });
      };
      ledger.chain.acts.open(4);
      const cards = ledger.chain.acts.stock(4);
      await sealed();
      const [card] = cards;
      if (card === undefined) throw new Error("a card");
      ledger.chain.acts.spendCard(card, 100);
      await sealed();
      expect(await query.readiness.check()).toBeUndefined();
    },
  );
});

describe("a ledger that is not to be believed", () => {
  it.each([
    ["an entry of it differs", (block: LedgerBlock) => flipped(block, 1)],
    ["its seal differs", (block: LedgerBlock) => flipped(block, block.entries.length - 1)],
    [
      "an entry is missing",
      (block: LedgerBlock) => ({ ...block, entries: block.entries.toSpliced(1, 1) }),
    ],
  ])("is not followed where %s; what was verified is still served", async (_, spoil) => {
    const { ledger, store, query, app, metrics, lines } = await given();
    const size = store.size();
    ledger.spoil = spoil;
    ledger.chain.acts.open(3);
    await ledger.seal();
    await vi.waitFor(async () => expect(await query.readiness.check()).toMatch(/^stopped: /));
    ledger.spoil = (block) => block;
    ledger.progress();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.size()).toBe(size);
    expect(await metrics.metrics()).toContain("scrip_follow_stopped 1");
    expect(lines.filter((line) => line.includes("following stopped"))).toHaveLength(1);
    expect((await app.inject("/readyz")).statusCode).toBe(503);
    expect((await app.inject("/checkpoint")).body).toContain(`\n${size}\n`);
  });

  it("is seen when the quorum signs another root over the same size", async () => {
    const other = new RehearsalLedger();
    await other.begin();
    other.chain.acts.open(2);
    await other.seal(1_000);
    const { ledger, query } = await given();
    ledger.chain.acts.open(2);
    await ledger.seal();
    await vi.waitFor(async () => expect(await query.readiness.check()).toBeUndefined());
    ledger.checkpoint = () => other.checkpoint();
    ledger.chain.acts.history.fresh("time passes");
    ledger.progress();
    await vi.waitFor(async () => expect(await query.readiness.check()).toMatch(/ROOT_DIFFERS/));
  });
});

describe("a ledger that is shorter than what was verified", () => {
  it("is an alarm: what a quorum has signed cannot go away", async () => {
    const other = new RehearsalLedger();
    await other.begin();
    const { ledger, sealed, query, metrics } = await given();
    ledger.chain.acts.open(2);
    await sealed();
    ledger.checkpoint = () => other.checkpoint();
    ledger.blocks = () => Promise.resolve([]);
    ledger.progress();
    await vi.waitFor(async () =>
      expect(await query.readiness.check()).toMatch(/entries fewer than are verified/),
    );
    expect(await metrics.metrics()).toMatch(/scrip_follow_behind_entries -[1-9]/);
  });
});

describe("what an honest ledger never has", () => {
  it("is counted: rejected events", async () => {
    const { ledger, sealed, metrics, query, lines } = await given();
    ledger.chain.acts.open(1);
    const bytes = new Uint8Array([1, 2, 3]);
    ledger.chain.acts.history.queueBytes(0, bytes);
    await sealed();
    const eventId = toHex(leafHash(sha256, bytes));
    expect(await query.finality.of(eventId)).toBe("REJECTED");
    expect(await metrics.metrics()).toContain(
      'scrip_ledger_rejections_total{reason="ENTRY_MALFORMED"} 1',
    );
    expect(lines.some((line) => line.includes(eventId))).toBe(true);
  });

  it("is counted: an operation key with a second effect", async () => {
    const { ledger, sealed, metrics, lines } = await given();
    const { acts } = ledger.chain;
    acts.open(2);
    const [first, second] = acts.stock(2);
    if (first === undefined || second === undefined) throw new Error("two cards");
    const spent = acts.spendCard(first, 100);
    await sealed();
    if (spent?.type !== "CardWrittenOff") throw new Error("a sale");
    // Another card does not know the key, and validators remember no more than their leaves.
    acts.history.queue({
      ...spent,
      atMs: acts.history.nowMs,
      cards: spent.cards.map((one) => ({ ...one, cardId: second })),
    });
    await sealed();
    expect(await metrics.metrics()).toContain("scrip_ledger_repeated_operations_total 1");
    expect(lines.some((line) => line.includes(spent.opId))).toBe(true);
  });
});

describe("renewed cosignatures", () => {
  it("are kept, when a quorum gave them", async () => {
    const { ledger, store } = await given();
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { history } = ledger.chain.acts;
    for (let step = 0; step < 500; step++) history.fresh("time passes");
    ledger.renew(1_900_000_000, 2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = store.checkpoint();
    expect(before).not.toBe(await ledger.checkpoint());
    for (let step = 0; step < 500; step++) history.fresh("time passes");
    ledger.renew(1_900_000_001);
    await vi.waitFor(async () => expect(store.checkpoint()).toBe(await ledger.checkpoint()));
  });
});
