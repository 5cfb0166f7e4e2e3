import { testChain } from "@scrip/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { OfferedBatch } from "../src/index.ts";
import { LocalLedger } from "./local-ledger.ts";

describe("a batch", () => {
  let ledger: LocalLedger;
  let batch: OfferedBatch;

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    ledger.chain.acts.open(10);
    await ledger.drain();
    ledger.chain.acts.stock(40);
    batch = ledger.chain.acts.history.takeBatches(100)[0] as OfferedBatch;
  });

  const fate = async (offered: OfferedBatch) => {
    const size = ledger.store.size();
    const [result] = await ledger.block([offered]);
    // Whole, or without a trace.
    const grown = result?.kind === "TAKEN" ? offered.events.length + 2 : 0;
    expect(ledger.store.size()).toBe(size + grown);
    return result;
  };
  const head = (shard: number) => ledger.state.leaves().need("shard-head", shard);

  it("is taken where the stream stands", async () => {
    expect(await fate(batch)).toMatchObject({ kind: "TAKEN" });
  });

  it("is not taken twice", async () => {
    await fate(batch);
    expect(await fate(batch)).toEqual({ kind: "BEHIND", head: head(batch.header.shard) });
  });

  it("is not taken twice in one block", async () => {
    const results = await ledger.block([batch, batch]);
    expect(results.map(({ kind }) => kind)).toEqual(["TAKEN", "BEHIND"]);
  });

  it("is not taken before what comes first", async () => {
    const { shard, chainBefore, fromSeq } = batch.header;
    const place = { shard, chainBefore, fromSeq: fromSeq + 1 };
    const later = ledger.chain.acts.history.signAt(place, batch.events);
    expect(await fate(later)).toEqual({ kind: "AHEAD", head: head(shard) });
  });

  it("with another chain before it is a fork", async () => {
    const { shard, fromSeq } = batch.header;
    const place = { shard, fromSeq, chainBefore: "ab".repeat(32) };
    const other = ledger.chain.acts.history.signAt(place, batch.events);
    expect(await fate(other)).toEqual({ kind: "FORK", head: head(shard) });
  });

  const tampered: [string, (good: OfferedBatch) => OfferedBatch, string][] = [
    [
      "a signature that is not its own",
      ({ header, events }) => ({ header: { ...header, signature: "00".repeat(64) }, events }),
      "SIGNATURE_WRONG",
    ],
    [
      "an event that was not signed",
      ({ header, events }) => ({ header, events: events.map((event) => event.slice(1)) }),
      "SIGNATURE_WRONG",
    ],
    [
      "a chain that was not signed",
      ({ header, events }) => ({ header: { ...header, chainBefore: "ab".repeat(32) }, events }),
      "SIGNATURE_WRONG",
    ],
    [
      "a writer nobody registered",
      ({ header, events }) => ({ header: { ...header, writer: "writer-2" }, events }),
      "WRITER_UNKNOWN",
    ],
    [
      "another epoch",
      ({ header, events }) => ({ header: { ...header, epoch: 2 }, events }),
      "EPOCH_WRONG",
    ],
    [
      "an older epoch",
      ({ header, events }) => ({ header: { ...header, epoch: 0 }, events }),
      "EPOCH_WRONG",
    ],
    [
      "a shard that is not there",
      ({ header, events }) => ({ header: { ...header, shard: 5 }, events }),
      "SHARD_UNKNOWN",
    ],
    [
      "half a shard",
      ({ header, events }) => ({ header: { ...header, shard: 0.5 }, events }),
      "SHARD_UNKNOWN",
    ],
    [
      "more events than it says",
      ({ header, events }) => ({ header, events: [...events, Uint8Array.of(1)] }),
      "COUNT_WRONG",
    ],
    [
      "no events",
      ({ header }) => ({ header: { ...header, count: 0 }, events: [] }),
      "HEADER_MALFORMED",
    ],
    [
      "a negative number",
      ({ header, events }) => ({ header: { ...header, fromSeq: -1 }, events }),
      "HEADER_MALFORMED",
    ],
    [
      "an event that no rejection could wrap",
      ({ header }) => ({ header: { ...header, count: 1 }, events: [new Uint8Array(65_024)] }),
      "EVENT_TOO_LONG",
    ],
  ];
  it.each(tampered)("with %s is refused", async (_, tamper, reason) => {
    expect(await fate(tamper(batch))).toMatchObject({ kind: "REFUSED", reason });
  });

  it("that is refused does not hold up another", async () => {
    const forged = { ...batch, header: { ...batch.header, signature: "00".repeat(64) } };
    const results = await ledger.block([forged, batch]);
    expect(results.map(({ kind }) => kind)).toEqual(["REFUSED", "TAKEN"]);
  });
});
