import { sha256Ed25519 } from "@scrip/signing";
import { depthFor, StateMap } from "@scrip/state-map";
import { type HistoryActs, testChain } from "@scrip/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { LedgerState, LedgerStateError, spreadBuckets } from "../src/index.ts";
import { LocalLedger } from "./local-ledger.ts";

const suite = sha256Ed25519;
const pairBytes = 64;
const depthAt = 17;

describe("opening a state", () => {
  let ledger: LocalLedger;
  let acts: HistoryActs;

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    ({ acts } = ledger.chain);
    acts.open(1_000);
    acts.stock(100);
    await ledger.drain();
  });

  /** The same leaves in one bucket, as a store from a smaller time would have them. */
  async function crowd(): Promise<void> {
    const pairs = [...ledger.disk.buckets.values()].flatMap((bytes) =>
      Array.from({ length: (bytes.length - 32) / pairBytes }, (_, at) => ({
        key: bytes.slice(32 + at * pairBytes, 64 + at * pairBytes),
        valueHash: bytes.slice(64 + at * pairBytes, 96 + at * pairBytes),
      })),
    );
    const nothing = { read: () => undefined };
    const shape = { depth: 0, count: 0 };
    const { writes } = StateMap.open({ hash: suite.hash, store: nothing, shape }).update(pairs);
    const meta = ledger.store.meta() ?? new Uint8Array(0);
    meta[depthAt] = 0;
    const gone = [...ledger.disk.buckets.keys()].map((bucket) => ({ bucket, bytes: null }));
    await ledger.store.replaceBuckets([...gone, ...writes], meta);
  }

  it("has buckets enough from the beginning", () => {
    expect(spreadBuckets(ledger.store, suite)).toBeUndefined();
    const empty = { meta: () => undefined, leaf: () => undefined, bucket: () => undefined };
    const reader = { ...empty, tile: () => undefined };
    expect(spreadBuckets(reader, suite)).toBeUndefined();
  });

  it("spreads a crowded map over more buckets, and no hash changes", async () => {
    const { root, shape } = ledger.state.map;
    await crowd();
    expect(LedgerState.open(ledger.store, suite).map.shape.depth).toBe(0);
    const spread = spreadBuckets(ledger.store, suite);
    if (spread === undefined) throw new Error("not spread");
    await ledger.store.replaceBuckets(spread.records, spread.meta);
    const again = LedgerState.open(ledger.store, suite);
    expect(again.map.root).toEqual(root);
    expect(again.map.shape).toEqual({ depth: depthFor(2 * shape.count), count: shape.count });
    expect(again.size).toBe(ledger.state.size);
    expect(spreadBuckets(ledger.store, suite)).toBeUndefined();
  });

  it("refuses records that are not the map of the last seal", async () => {
    const [bucket] = ledger.disk.buckets.keys();
    if (bucket === undefined) throw new Error("no bucket");
    const meta = ledger.store.meta() ?? new Uint8Array(0);
    await ledger.store.replaceBuckets([{ bucket, bytes: null }], meta);
    expect(() => LedgerState.open(ledger.store, suite)).toThrow(/STATE_CORRUPT/);
  });

  it("refuses a root that its records do not lead to, and a meta record of another kind", async () => {
    const meta = ledger.store.meta() ?? new Uint8Array(0);
    const otherRoot = meta.slice();
    otherRoot[26] = (otherRoot[26] ?? 0) ^ 1;
    await ledger.store.replaceBuckets([], otherRoot);
    expect(() => LedgerState.open(ledger.store, suite)).toThrow(LedgerStateError);
    await ledger.store.replaceBuckets([], Uint8Array.of(9, 9));
    expect(() => LedgerState.open(ledger.store, suite)).toThrow(/STATE_CORRUPT/);
    await ledger.store.replaceBuckets([], meta);
    expect(LedgerState.open(ledger.store, suite).height).toBe(1);
  });
});
