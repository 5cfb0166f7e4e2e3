import {
  amount,
  amountMax,
  type BatchId,
  type CardId,
  lawGauge,
  type ParticipantId,
} from "@scrip/domain";
import { leafHash, merkleRoot } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain, testSigner } from "@scrip/testing";
import { decodeEntry, type Entry, nextChain, streamStart, toHex } from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { applyBlock, genesisBlock, LedgerState, LedgerStateError } from "../src/index.ts";
import { LocalLedger } from "./local-ledger.ts";

const { hash } = sha256Ed25519;

describe("applyBlock", () => {
  let ledger: LocalLedger;
  const kinds = (): Entry["kind"][] =>
    ledger.store.entries(0, 1000).map((bytes) => decodeEntry(bytes).kind);
  const seal = () => {
    const entry = decodeEntry(ledger.store.entry(ledger.store.size() - 1) ?? new Uint8Array(0));
    if (entry.kind !== "seal") throw new Error("the head is no seal");
    return entry;
  };

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
  });

  it("begins with genesis and its seal", () => {
    expect(kinds()).toEqual(["genesis", "seal"]);
    expect(seal()).toMatchObject({ height: 0, cards: 0, lawGauge: 0n, latenessMs: 0 });
    expect(seal().mapRoot).toBe(toHex(ledger.state.map.root));
    const leaves = ledger.state.leaves();
    expect(leaves.need("key", { role: "WRITER", name: "writer-1" }).publicKey).toBe(
      toHex(testSigner("writer-1").publicKey),
    );
    expect(leaves.need("validators", null)).toMatchObject({ quorum: 3 });
    for (const shard of [0, 1, 2, 3, 4]) {
      const chain = streamStart(hash, "scrip.example/test", shard);
      expect(leaves.need("shard-head", shard)).toEqual({ shard, epoch: 1, nextSeq: 0, chain });
    }
    expect(leaves.get("card", "00".repeat(20) as never)).toBeUndefined();
  });

  it("puts each batch before its events and the seal behind them all", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    expect((await ledger.drain(4)).map(({ kind }) => kind)).toEqual(["TAKEN", "TAKEN"]);
    const events = (count: number) => Array.from({ length: count }, () => "event");
    expect(kinds()).toEqual([
      "genesis",
      "seal",
      "batch",
      ...events(4),
      "batch",
      ...events(2),
      "seal",
    ]);
  });

  it("leads to the root of exactly these entries, in log and tiles", async () => {
    ledger.chain.acts.open(10);
    await ledger.drain();
    ledger.chain.acts.stock(10);
    await ledger.drain();
    const size = ledger.store.size();
    const hashes = ledger.store.entries(0, size).map((entry) => leafHash(hash, entry));
    expect(toHex(ledger.state.root())).toBe(toHex(merkleRoot(hash, hashes)));
    const tile = ledger.store.tile(0, 0) ?? new Uint8Array(0);
    expect(toHex(tile)).toBe(hashes.map((one) => toHex(one)).join(""));
  });

  it("moves the stream by every event and its chain over their leaf hashes", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    const [batch] = acts.history.takeBatches(100);
    if (batch === undefined) throw new Error("no batch");
    const [result] = await ledger.block([batch]);
    const chain = batch.events.reduce(
      (before, event) => nextChain(hash, before, toHex(leafHash(hash, event))),
      batch.header.chainBefore,
    );
    const head = { shard: 4, epoch: 1, nextSeq: batch.events.length, chain };
    expect(result).toEqual({ kind: "TAKEN", head });
    expect(ledger.state.leaves().need("shard-head", 4)).toEqual(head);
  });

  it("keeps the totals that cards and shops would add up to", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    const [card] = acts.stock(3);
    if (card === undefined) throw new Error("no card");
    acts.spendCard(card, 2_500);
    acts.grant("anna", 50);
    await ledger.drain();
    const leaves = ledger.state.leaves();
    const totals = leaves.need("totals", null);
    expect(totals.cards).toBe(4);
    expect(totals.totals).toMatchObject({
      loaded: 30_050n,
      writtenOff: 2_500n,
      available: 27_550n,
    });
    expect(lawGauge(totals.totals)).toBe(0n);
    expect(seal()).toMatchObject({ cards: 4, totals: totals.totals, lawGauge: 0n });
    expect(leaves.need("program", "gold").totals).toMatchObject({ loaded: 30_000n });
    expect(leaves.need("program", "points").totals).toMatchObject({ loaded: 50n });
    expect(leaves.need("card", card).card).toEqual(acts.history.cards.get(card));
  });

  it("goes on when the cards hold more together than 64 bits", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    const { history } = acts;
    const batchId = history.fresh("batch").slice(0, 32) as BatchId;
    const faceValue = amount(amountMax);
    const [count, distributor] = [2_100, "north" as ParticipantId];
    const batch = { programId: "gold", batchId };
    const terms = { batchId, count, faceValue, expiresAtMs: null };
    history.run({ type: "CreateBatch", ...terms }, { programId: "gold" });
    for (let made = 0; made < count; made += 300) {
      const cards = Array.from({ length: 300 }, () => `00${history.fresh("card").slice(0, 38)}`);
      history.run({ type: "GenerateCards", cardIds: cards as CardId[] }, batch);
      const names = { ...batch, cards: cards as CardId[] };
      expect(history.run({ type: "DistributeCards", distributor }, names)).not.toBeNull();
    }
    await ledger.drain();
    const loaded = BigInt(count) * amountMax;
    expect(loaded).toBeGreaterThan(2n ** 64n);
    expect(seal()).toMatchObject({ totals: { loaded, available: loaded }, lawGauge: 0n });
  });

  it("counts and chains the entries of each program, for an export that can prove it is complete", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    acts.stock(5);
    acts.grant("anna", 5);
    await ledger.drain();
    const start = (programId: string): string =>
      toHex(hash(new TextEncoder().encode(`scrip/v1/program\0${programId}`)));
    for (const programId of ["gold", "points"]) {
      const own = ledger.store.entries(0, 1000).filter((bytes) => {
        const entry = decodeEntry(bytes);
        if (entry.kind !== "event") return false;
        const { event } = entry;
        if (event.type === "ProgramCreated") return event.program.programId === programId;
        return "programId" in event && event.programId === programId;
      });
      const chain = own
        .map((bytes) => toHex(leafHash(hash, bytes)))
        .reduce((before, eventId) => nextChain(hash, before, eventId), start(programId));
      const leaf = ledger.state.leaves().need("program", programId);
      expect(leaf).toMatchObject({ entries: own.length, chain, currentVersion: 1 });
    }
  });

  it("changes nothing without entries", async () => {
    const before = [ledger.store.size(), toHex(ledger.state.root()), toHex(ledger.state.map.root)];
    expect(await ledger.block([])).toEqual([]);
    const late = ledger.chain.acts.history.signAt(
      { shard: 0, fromSeq: 7, chainBefore: "00".repeat(32) },
      [Uint8Array.of(1)],
    );
    expect((await ledger.block([late])).map(({ kind }) => kind)).toEqual(["AHEAD"]);
    expect([ledger.store.size(), toHex(ledger.state.root()), toHex(ledger.state.map.root)]).toEqual(
      before,
    );
    expect(ledger.state.height).toBe(0);
  });

  it("can be asked again and again before one of its answers is adopted", async () => {
    ledger.chain.acts.open(10);
    const batches = ledger.chain.acts.history.takeBatches(100);
    const input = { height: 1, timeMs: ledger.nowMs, batches };
    const first = applyBlock(ledger.state, input).block;
    const second = applyBlock(ledger.state, input).block;
    expect(second?.entries).toEqual(first?.entries);
    expect(second?.root).toEqual(first?.root);
    expect(ledger.state.size).toBe(2);
  });

  it("tells how late the latest event came", async () => {
    const { acts } = ledger.chain;
    acts.open(10);
    const opened = acts.history.options.startMs;
    await ledger.block(acts.history.takeBatches(100), opened + 60_000);
    // The first command comes one step of 10 ms after the start.
    expect(seal().latenessMs).toBe(60_000 - 10);
  });

  it("asks for heights that rise and time that does not go back", () => {
    const { state } = ledger;
    const { timeMs } = state;
    const wrong = { code: "BLOCK_WRONG" };
    const apply = (height: number, ms: number) => () =>
      applyBlock(state, { height, timeMs: ms, batches: [] });
    expect(apply(0, timeMs)).toThrow(expect.objectContaining(wrong));
    expect(apply(1.5, timeMs)).toThrow(expect.objectContaining(wrong));
    expect(apply(1, timeMs - 1)).toThrow(expect.objectContaining(wrong));
    expect(apply(9, timeMs)).not.toThrow();
  });

  it("opens where the store ends", async () => {
    ledger.chain.acts.open(10);
    await ledger.drain();
    const again = LedgerState.open(ledger.store, sha256Ed25519);
    expect([again.height, again.size, again.timeMs]).toEqual([
      1,
      ledger.state.size,
      ledger.state.timeMs,
    ]);
    expect(again.root()).toEqual(ledger.state.root());
    expect(again.map.root).toEqual(ledger.state.map.root);
  });
});

describe("genesis", () => {
  const empty = { meta: () => undefined, leaf: () => undefined, bucket: () => undefined };
  const reader = { ...empty, buckets: () => [], tile: () => undefined };
  const { genesis } = testChain();
  const begin = (changes: object) => () =>
    genesisBlock(LedgerState.open(reader, sha256Ed25519), { ...genesis, ...changes });

  it.each([
    ["a quorum that a third of liars could make", { quorum: 2 }, "BLOCK_WRONG"],
    ["another suite", { cryptoSuite: "sm3-sm2" }, "CHAIN_UNKNOWN"],
    ["rules from the future", { protocolVersion: 2 }, "CHAIN_UNKNOWN"],
  ])("refuses %s", (_, changes, code) => {
    expect(begin(changes)).toThrow(expect.objectContaining({ code }));
  });

  it("comes once, and first", async () => {
    const ledger = await LocalLedger.start(testChain());
    expect(() => genesisBlock(ledger.state, genesis)).toThrow(LedgerStateError);
    const state = LedgerState.open(reader, sha256Ed25519);
    expect(() => applyBlock(state, { height: 1, timeMs: 0, batches: [] })).toThrow(
      LedgerStateError,
    );
  });
});
