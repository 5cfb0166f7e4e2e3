import type { BatchId, CardId, DomainEvent, OpId } from "@scrip/domain";
import { formatNote, parseNote } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore, testChain } from "@scrip/testing";
import { decodeEntry, encodeEntry, toHex } from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type CosignedBlock,
  Follower,
  type FollowerErrorCode,
  listOfAcceptor,
  listOfBatch,
  listOfProgram,
} from "../src/index.ts";
import { cosigned, LocalLedger, policyOf } from "./local-ledger.ts";

describe("a follower", () => {
  let ledger: LocalLedger;
  let disk: MemoryDisk;
  let store: MemoryFollowerStore;
  let follower: Follower;

  const open = async (): Promise<void> => {
    store = new MemoryFollowerStore(disk);
    const { chain } = ledger;
    const origin = chain.genesis.chainId;
    follower = await Follower.open({
      store,
      suite: sha256Ed25519,
      origin,
      policy: policyOf(chain),
    });
  };
  const block = (at: number): CosignedBlock => {
    const found = ledger.blocks[at];
    if (found === undefined) throw new Error(`no block ${at}`);
    return found;
  };

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    const { acts } = ledger.chain;
    acts.open(100);
    await ledger.drain();
    const [card] = acts.stock(9);
    acts.spendCard(card as CardId, 700);
    acts.grant("anna", 20);
    await ledger.drain();
    disk = new MemoryDisk();
    await open();
  });

  it("comes to the same log, map and records from nothing", async () => {
    for (const one of ledger.blocks) await follower.take(one);
    expect(toHex(follower.state.root())).toBe(toHex(ledger.state.root()));
    expect(toHex(follower.state.map.root)).toBe(toHex(ledger.state.map.root));
    expect(store.meta()).toEqual(ledger.store.meta());
    expect(disk.buckets).toEqual(ledger.disk.buckets);
    expect(store.checkpoint()).toBe(block(2).checkpoint);
  });

  it("goes on where its store ends", async () => {
    await follower.take(block(0));
    await follower.take(block(1));
    await store.close();
    await open();
    expect(follower.state.size).toBe(block(2).fromIndex);
    const { height, size, events, repeatedOperations } = await follower.take(block(2));
    expect([height, size]).toEqual([2, ledger.state.size]);
    expect(events.every(({ reason }) => reason === null)).toBe(true);
    expect(repeatedOperations).toEqual([]);
  });

  it("can look up what it took", async () => {
    for (const one of ledger.blocks) await follower.take(one);
    const { card, ...event } = sale();
    const found = store.indexOfOperation(event.opId) ?? -1;
    const entry = decodeEntry(store.entry(found) ?? new Uint8Array(0));
    expect(entry).toMatchObject({ kind: "event", event: { opId: event.opId } });
    // Generated, acquired, distributed, spent.
    expect(store.history(card, -1, 10)).toHaveLength(4);
    expect(store.controlEvents(-1, 10)).toHaveLength(6);
  });

  it("keeps lists: all of a program, sales of an acceptor, what brought a batch's cards", async () => {
    const { card, ...event } = sale();
    const lie = { ...event, opId: "0f".repeat(32) } as DomainEvent;
    ledger.chain.acts.history.queueBytes(shardOfCard(card), bytesOf(lie));
    await ledger.drain();
    for (const one of ledger.blocks) await follower.take(one);

    const told = (list: string) =>
      store.listed(list, -1, 1_000).map((index) => {
        const entry = decodeEntry(store.entry(index) ?? new Uint8Array(0));
        if (entry.kind === "rejection") return "rejected";
        return entry.kind === "event" ? entry.event.type : entry.kind;
      });
    if (event.type !== "CardWrittenOff") throw new Error("a sale");
    const program = told(listOfProgram(event.programId));
    expect(program.slice(0, 2)).toEqual(["ProgramCreated", "BatchCreated"]);
    expect(program.filter((type) => type === "CardWrittenOff")).toHaveLength(1);
    expect(program.at(-1)).toBe("rejected");
    expect(told(listOfAcceptor(event.acceptor))).toEqual(["CardWrittenOff"]);
    const [batch] = ledger.chain.acts.history.batches.values();
    expect(new Set(told(listOfBatch(batch?.batchId ?? ("" as BatchId))))).toEqual(
      new Set(["CardsGenerated"]),
    );
  });

  it("takes rejections for what they are", async () => {
    const { card, ...event } = sale();
    const lie = { ...event, opId: "0f".repeat(32) } as DomainEvent;
    ledger.chain.acts.history.queueBytes(shardOfCard(card), bytesOf(lie));
    ledger.chain.acts.history.queueBytes(shardOfCard(card), Uint8Array.of(7));
    await ledger.drain();
    for (const one of ledger.blocks.slice(0, 3)) await follower.take(one);
    const { events } = await follower.take(block(3));
    expect(events.map(({ reason }) => reason)).toEqual(["VERSION_GAP", "ENTRY_MALFORMED"]);
    expect(toHex(follower.state.map.root)).toBe(toHex(ledger.state.map.root));
    expect(store.indexOfOperation("0f".repeat(32) as OpId)).toBeUndefined();
  });

  it("alarms when an operation key takes effect twice", async () => {
    const { opId, card: spent } = sale();
    const { acts } = ledger.chain;
    const other = [...acts.history.cards.keys()].find((cardId) => cardId !== spent);
    const second = acts.spendCard(other as CardId, 100);
    if (second === null) throw new Error("not spent");
    // The ledger cannot remember every key for ever; whoever keeps all of it can.
    await offer({ ...second, opId }, shardOfCard(other as CardId));
    for (const one of ledger.blocks.slice(0, -1)) await follower.take(one);
    expect((await follower.take(ledger.newest)).repeatedOperations).toEqual([opId]);
  });

  const faults: [string, FollowerErrorCode, (good: CosignedBlock) => CosignedBlock][] = [
    ["a block that comes too early", "NOT_NEXT", () => block(2)],
    ["a block it has", "NOT_NEXT", () => block(0)],
    ["another height", "BLOCK_MALFORMED", (good) => ({ ...good, height: 7 })],
    [
      "a missing seal",
      "BLOCK_MALFORMED",
      (good) => ({ ...good, entries: good.entries.slice(0, -1) }),
    ],
    ["a missing event", "BLOCK_MALFORMED", (good) => without(good, 2)],
    ["a missing batch", "BLOCK_MALFORMED", (good) => without(good, 0)],
    ["a changed event", "BATCH_REFUSED", (good) => flipped(good, 2)],
    ["a changed seal", "ENTRY_DIFFERS", (good) => reseal(good, { latenessMs: 5 })],
    [
      "a seal with another map root",
      "ENTRY_DIFFERS",
      (good) => reseal(good, { mapRoot: "00".repeat(32) }),
    ],
    ["a seal from the past", "BLOCK_MALFORMED", (good) => reseal(good, { timeMs: 1 })],
    ["an event in a rejection's clothes", "ENTRY_DIFFERS", (good) => dressed(good, 2)],
    [
      "a checkpoint of another block",
      "CHECKPOINT_REFUSED",
      (good) => ({
        ...good,
        checkpoint: block(0).checkpoint,
      }),
    ],
    ["a checkpoint that is no note", "CHECKPOINT_REFUSED", (good) => ({ ...good, checkpoint: "" })],
    ["two signatures of four", "CHECKPOINT_REFUSED", (good) => signedBy(good, [0, 1])],
    ["one signature four times", "CHECKPOINT_REFUSED", (good) => signedBy(good, [0, 0, 0, 0])],
    ["a forged signature", "CHECKPOINT_REFUSED", forged],
    [
      "another root",
      "ROOT_DIFFERS",
      (good) => ({
        ...good,
        checkpoint: cosigned(ledger.chain, {
          size: good.fromIndex + good.entries.length,
          root: new Uint8Array(32),
        }),
      }),
    ],
  ];
  it.each(faults)("refuses %s (%s) and stays as it was", async (_, code, spoil) => {
    await follower.take(block(0));
    const [size, root] = [follower.state.size, toHex(follower.state.map.root)];
    await expect(follower.take(spoil(block(1)))).rejects.toMatchObject({ code });
    expect([follower.state.size, toHex(follower.state.map.root)]).toEqual([size, root]);
    expect(store.size()).toBe(size);
    await follower.take(block(1));
  });

  it("names the first entry that is wrong", async () => {
    await follower.take(block(0));
    const { fromIndex, entries } = block(1);
    const wrong = { height: 1, index: fromIndex + entries.length - 1 };
    await expect(follower.take(reseal(block(1), { latenessMs: 5 }))).rejects.toMatchObject(wrong);
  });

  it("refuses any flipped bit of a block", async () => {
    await follower.take(block(0));
    const { entries } = block(1);
    for (const [at, entry] of entries.entries()) {
      for (const byte of [0, 3, Math.floor(entry.length / 2), entry.length - 1]) {
        const bad = flipped(block(1), at, byte);
        await expect(follower.take(bad), `entry ${at}, byte ${byte}`).rejects.toThrow(/height 1/);
      }
    }
    await follower.take(block(1));
  });

  it("takes renewed cosignatures of its own head, and of nothing else", async () => {
    await follower.take(block(0));
    const own = { size: follower.state.size, root: follower.state.root() };
    const note = cosigned(ledger.chain, own, ledger.chain.validators.slice(1));
    await follower.renew(note);
    expect(store.checkpoint()).toBe(note);
    await expect(follower.renew(block(1).checkpoint)).rejects.toMatchObject({
      code: "CHECKPOINT_REFUSED",
    });
    const lie = cosigned(ledger.chain, { ...own, root: new Uint8Array(32) });
    await expect(follower.renew(lie)).rejects.toMatchObject({ code: "ROOT_DIFFERS" });
  });

  /** The one sale of the history. */
  function sale() {
    const event = ledger.blocks
      .flatMap(({ entries }) => entries)
      .map((bytes) => decodeEntry(bytes))
      .flatMap((entry) => (entry.kind === "event" ? [entry.event] : []))
      .find(({ type }) => type === "CardWrittenOff");
    if (event?.type !== "CardWrittenOff") throw new Error("no sale");
    return { ...event, card: event.cards[0]?.cardId as CardId };
  }

  const shardOfCard = (cardId: string): number => Number.parseInt(cardId.slice(0, 2), 16) % 4;
  const bytesOf = (event: DomainEvent): Uint8Array =>
    encodeEntry({ kind: "event", event, nonce: "07".repeat(16), partySignatures: [] });

  /** A block of this one event. */
  async function offer(event: DomainEvent, shard: number): Promise<void> {
    const { nextSeq: fromSeq, chain: chainBefore } = ledger.state
      .leaves()
      .need("shard-head", shard);
    const place = { shard, fromSeq, chainBefore };
    await ledger.block([ledger.chain.acts.history.signAt(place, [bytesOf(event)])]);
  }

  const withEntries = (good: CosignedBlock, entries: readonly Uint8Array[]): CosignedBlock => ({
    ...good,
    entries,
  });
  const without = (good: CosignedBlock, at: number): CosignedBlock =>
    withEntries(good, good.entries.toSpliced(at, 1));
  function flipped(good: CosignedBlock, at: number, byte = 20): CosignedBlock {
    const entry = good.entries[at]?.slice() ?? new Uint8Array(0);
    entry[byte] = (entry[byte] ?? 0) ^ 1;
    return withEntries(good, good.entries.with(at, entry));
  }
  function reseal(good: CosignedBlock, changes: object): CosignedBlock {
    const seal = decodeEntry(good.entries.at(-1) ?? new Uint8Array(0));
    if (seal.kind !== "seal") throw new Error("no seal");
    return withEntries(good, [...good.entries.slice(0, -1), encodeEntry({ ...seal, ...changes })]);
  }
  function dressed(good: CosignedBlock, at: number): CosignedBlock {
    const event = good.entries[at] ?? new Uint8Array(0);
    const rejection = encodeEntry({ kind: "rejection", event, reason: "CARD_EXPIRED" });
    return withEntries(good, good.entries.with(at, rejection));
  }
  function signedBy(good: CosignedBlock, at: readonly number[]): CosignedBlock {
    const lines = parseNote(good.checkpoint);
    const signatures = at.flatMap((one) => lines.signatures[one] ?? []);
    return { ...good, checkpoint: formatNote({ text: lines.text, signatures }) };
  }
  function forged(good: CosignedBlock): CosignedBlock {
    const note = parseNote(good.checkpoint);
    const [first, ...rest] = note.signatures;
    if (first === undefined) throw new Error("no signature");
    const signature = first.signature.slice();
    signature[20] = (signature[20] ?? 0) ^ 1;
    return {
      ...good,
      checkpoint: formatNote({ text: note.text, signatures: [{ ...first, signature }, ...rest] }),
    };
  }
});
