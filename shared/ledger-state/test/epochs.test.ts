import type { DomainEvent } from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain, testSigner } from "@scrip/testing";
import {
  decodeEntry,
  encodeEntry,
  type EventEntry,
  nextChain,
  partySigningBytes,
  type ShardHead,
  toHex,
  utf8,
} from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Follower } from "../src/index.ts";
import { MemoryDisk, MemoryFollowerStore } from "@scrip/testing";
import { LocalLedger, policyOf } from "./local-ledger.ts";

const { hash } = sha256Ed25519;
const control = 4;

describe("an epoch", () => {
  let ledger: LocalLedger;
  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    ledger.chain.acts.open(100);
    ledger.chain.acts.stock(20);
    await ledger.drain();
  });

  const head = (shard: number): ShardHead => ledger.state.leaves().need("shard-head", shard);

  /** The entry that opens a stream's next epoch where `at` says it stands, signed by this operator. */
  function opening(at: ShardHead, signer = testSigner("operator-1")): Uint8Array {
    const { shard, epoch, nextSeq: fromSeq, chain } = at;
    const { history } = ledger.chain.acts;
    const event = {
      type: "EpochOpened",
      atMs: history.nowMs,
      actor: "operator",
      opId: history.fresh("operation"),
      shard,
      epoch: epoch + 1,
      fromSeq,
      chain,
    } as DomainEvent;
    const entry: EventEntry = { kind: "event", event, nonce: "07".repeat(16), partySignatures: [] };
    const { chainId } = ledger.chain.genesis;
    const signature = toHex(signer.sign(partySigningBytes(chainId, entry)));
    const keyId = toHex(utf8(signer.name));
    const own = { participantId: "operator", algorithm: signer.algorithm, keyId, signature };
    return encodeEntry({ ...entry, partySignatures: [own] });
  }

  /** Offers these as the next events of the control stream. @returns the entries in their places */
  async function offer(events: readonly Uint8Array[]) {
    const { nextSeq: fromSeq, chain: chainBefore, epoch } = head(control);
    const place = { shard: control, epoch, fromSeq, chainBefore };
    const results = await ledger.block([ledger.chain.acts.history.signAt(place, events)]);
    expect(results).toMatchObject([{ kind: "TAKEN" }]);
    const first = ledger.store.size() - 1 - events.length;
    return events.map((_, at) => decodeEntry(ledger.store.entry(first + at) ?? new Uint8Array(0)));
  }

  it("is opened by an operator's word, and ends what came before it", async () => {
    const before = head(2);
    expect(await offer([opening(before)])).toMatchObject([{ kind: "event" }]);
    expect(head(2)).toEqual({ ...before, epoch: 2 });
    expect(head(1).epoch).toBe(1);
    const { history } = ledger.chain.acts;
    const place = { shard: 2, fromSeq: before.nextSeq, chainBefore: before.chain };
    const bytes = new Uint8Array([1]);
    expect(await ledger.block([history.signAt(place, [bytes])])).toMatchObject([
      { kind: "REFUSED", reason: "EPOCH_WRONG" },
    ]);
    expect(await ledger.block([history.signAt({ ...place, epoch: 2 }, [bytes])])).toMatchObject([
      { kind: "TAKEN" },
    ]);
  });

  it.each([
    ["another epoch", { epoch: 4 }],
    ["another number", { nextSeq: 0 }],
    ["another chain", { chain: "00".repeat(32) }],
  ])("is not opened from %s", async (_, wrong) => {
    const before = head(2);
    expect(await offer([opening({ ...before, ...wrong })])).toMatchObject([
      { kind: "rejection", reason: "EPOCH_WRONG" },
    ]);
    expect(head(2)).toEqual(before);
  });

  it("is not opened without an operator's signature", async () => {
    expect(await offer([opening(head(2), testSigner("writer-1"))])).toMatchObject([
      { kind: "rejection", reason: "SIGNATURE_MISSING" },
    ]);
  });

  it("of the control stream begins behind the events that opened the others'", async () => {
    const events: Uint8Array[] = [];
    let own = head(control);
    for (let shard = 0; shard <= control; shard += 1) {
      const bytes = opening(shard === control ? own : head(shard));
      events.push(bytes);
      const chain = nextChain(hash, own.chain, toHex(leafHash(hash, bytes)));
      own = { ...own, nextSeq: own.nextSeq + 1, chain };
    }
    const entries = await offer(events);
    expect(entries.map(({ kind }) => kind)).toEqual(events.map(() => "event"));
    expect(head(control)).toEqual({ ...own, epoch: 2 });
    const place = { shard: control, fromSeq: own.nextSeq, chainBefore: own.chain };
    const { history } = ledger.chain.acts;
    expect(await ledger.block([history.signAt(place, [new Uint8Array([1])])])).toMatchObject([
      { kind: "REFUSED", reason: "EPOCH_WRONG" },
    ]);

    // Whoever follows comes to the same heads.
    const store = new MemoryFollowerStore(new MemoryDisk());
    const { chainId } = ledger.chain.genesis;
    const trust = { origin: chainId, policy: policyOf(ledger.chain), suite: sha256Ed25519 };
    const follower = await Follower.open({ store, ...trust });
    for (const block of ledger.blocks) await follower.take(block);
    expect(follower.state.leaves().need("shard-head", control)).toEqual(head(control));
  });

  it("of the control stream is not opened from where only the batch began", async () => {
    const before = head(control);
    const entries = await offer([opening(head(0)), opening(before)]);
    expect(entries).toMatchObject([{ kind: "event" }, { reason: "EPOCH_WRONG" }]);
    expect(head(control).epoch).toBe(1);
  });
});
