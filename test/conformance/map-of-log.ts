import { createHash } from "node:crypto";
import {
  applyBlock,
  cutBlock,
  genesisBlock,
  LedgerState,
  lookupsOf,
  type NewBlock,
} from "@scrip/ledger-state";
import { decodeBundle } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore } from "@scrip/testing";
import { decodeHalves, decodeLeaf, kindOfEntry, leafKey, tags } from "@scrip/wire";
import { expectStatus } from "../stage/http.ts";
import type { RunningScrip } from "../stage/running-scrip.ts";

const { hash } = sha256Ed25519;
const tileWidth = 256;

/** A leaf as a sparse Merkle tree takes it: it hashes the value itself. */
export interface MapLeaf {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Replays the served log from its first entry and gives the map's leaves at its end. */
export async function mapOfLog(scrip: RunningScrip): Promise<MapLeaf[]> {
  const disk = new MemoryDisk();
  const store = new MemoryFollowerStore(disk);
  const state = LedgerState.open(store, sha256Ed25519);
  for (const entries of blocksOf(await servedEntries(scrip))) {
    const made = replayed(state, entries);
    const { next, events: _events, seal: _seal, root: _root, size: _size, ...record } = made;
    const block = { ...record, index: lookupsOf(made), checkpoint: null };
    await store.commit(block, () => state.adopt(next));
  }
  return [...disk.leaves].map(([key, bytes]) => leafOf(Buffer.from(key, "hex"), bytes));
}

async function servedEntries({ url, keys }: RunningScrip): Promise<Uint8Array[]> {
  const [, line] = (await expectStatus(`${url}/checkpoint`, {}, 200)).text.split("\n");
  const size = Number(line);
  const entries: Uint8Array[] = [];
  for (let tile = 0; tile * tileWidth < size; tile += 1) {
    const width = Math.min(tileWidth, size - tile * tileWidth);
    const name = String(tile).padStart(3, "0") + (width < tileWidth ? `.p/${width}` : "");
    const answer = await fetch(`${url}/tile/entries/${name}`, {
      headers: { authorization: `Bearer ${keys.regulator}` },
    });
    entries.push(...decodeBundle(new Uint8Array(await answer.arrayBuffer()), width));
  }
  return entries;
}

function* blocksOf(entries: readonly Uint8Array[]): Iterable<Uint8Array[]> {
  let block: Uint8Array[] = [];
  for (const entry of entries) {
    block.push(entry);
    if (kindOfEntry(entry) !== "seal") continue;
    yield block;
    block = [];
  }
}

function replayed(state: LedgerState, entries: readonly Uint8Array[]): NewBlock {
  const parts = cutBlock(entries);
  if (parts.kind === "GENESIS") return genesisBlock(state, parts.genesis);
  const { height, timeMs } = parts.seal;
  const { block } = applyBlock(state, { height, timeMs, batches: parts.batches });
  if (block === null) throw new Error(`block ${height} came out empty`);
  return block;
}

/** The bytes whose hash is the leaf's: the stored ones, or for cards and operations tag, H(public) and H(blind, private). */
function leafOf(key: Uint8Array, bytes: Uint8Array): MapLeaf {
  const card = attempt(() => decodeLeaf("card", bytes));
  if (card !== undefined && same(leafKey(hash, "card", card.card.cardId), key)) {
    return { key, value: halved(tags.cardState, bytes, card.nonce, card.card.cardId) };
  }
  const operation = attempt(() => decodeLeaf("operation", bytes));
  if (operation !== undefined && same(leafKey(hash, "operation", operation.operation.opId), key)) {
    const { nonce } = operation;
    return { key, value: halved(tags.operationState, bytes, nonce, operation.operation.opId) };
  }
  return { key, value: bytes };
}

function halved(tag: string, bytes: Uint8Array, nonce: string, id: string): Uint8Array {
  const { publicBytes, privateBytes } = decodeHalves(bytes);
  const zero = Uint8Array.of(0);
  const hidden = Buffer.from(nonce + id, "hex");
  const blind = sha256(Buffer.from(tags.blind), zero, hidden);
  return Buffer.concat([Buffer.from(tag), zero, sha256(publicBytes), sha256(blind, privateBytes)]);
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash("sha256").update(Buffer.concat(parts)).digest();
const same = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0;

function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
