import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  encodeMapProof,
  halvesHash,
  mapKey,
  privateHalfHash,
  StateMap,
  type BucketStore,
  type BucketWrite,
} from "@scrip/state-map";

// Writes map.json: `npx tsx --conditions=source test/vectors/generate-map.ts`. Everything in it is made from counters.

export const mapVectorsFile = fileURLToPath(new URL("map.json", import.meta.url));

export const sha256 = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const numbered = (name: string, n: number): Uint8Array => sha256(Buffer.from(`${name} ${n}`));

class TableStore implements BucketStore {
  readonly #table = new Map<number, Uint8Array>();

  read(bucket: number): Uint8Array | undefined {
    return this.#table.get(bucket);
  }
  write(writes: readonly BucketWrite[]): void {
    for (const { bucket, bytes } of writes) {
      if (bytes === null) this.#table.delete(bucket);
      else this.#table.set(bucket, bytes);
    }
  }
}

interface Step {
  readonly key: Uint8Array;
  readonly valueHash: Uint8Array | null;
}

/** A history of steps with the root after each, and at its end a proof for each of some keys. */
function history(name: string, steps: readonly Step[], asked: readonly Uint8Array[]) {
  const store = new TableStore();
  const map = StateMap.open({ hash: sha256, store, shape: { depth: 2, count: 0 } });
  const roots = steps.map((step) => {
    const update = map.update([step]);
    store.write(update.writes);
    map.commit(update);
    return hex(map.root);
  });
  return {
    name,
    steps: steps.map(({ key, valueHash }, i) => ({
      key: hex(key),
      valueHash: valueHash === null ? null : hex(valueHash),
      rootAfter: roots[i],
    })),
    proofs: asked.map((key) => {
      const proof = map.prove(key);
      const valueHash = map.get(key);
      return {
        key: hex(key),
        valueHash: valueHash === undefined ? null : hex(valueHash),
        endsAt: proof.terminal.kind,
        proof: hex(encodeMapProof(proof)),
      };
    }),
  };
}

function histories() {
  const put = (n: number): Step => ({ key: numbered("key", n), valueHash: numbered("value", n) });
  const remove = (n: number): Step => ({ key: numbered("key", n), valueHash: null });
  const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  const keys = (count: number): Uint8Array[] => range(count).map((n) => numbered("key", n));
  const zeroKey = new Uint8Array(32);
  const lastBit = Uint8Array.from(zeroKey, (_, i) => (i === 31 ? 1 : 0));
  const bit100 = Uint8Array.from(zeroKey, (_, i) => (i === 12 ? 0x08 : 0));
  return [
    history("no leaf", [], keys(1)),
    history("one leaf", [put(0)], keys(2)),
    history("forty leaves", range(40).map(put), keys(60)),
    history(
      "changed and removed",
      [...range(12).map(put), { ...put(3), valueHash: numbered("value", 99) }, ...[0, 5, 7, 11].map(remove), remove(50), put(5)],
      keys(14),
    ),
    history(
      "keys that part at their last bit",
      [zeroKey, lastBit].map((key) => ({ key, valueHash: sha256(key) })),
      [zeroKey, lastBit, bit100],
    ),
    history("all removed again", [put(0), put(1), remove(0), remove(1)], keys(2)),
  ];
}

function keyVectors() {
  return ["card", "operation"].map((kind, n) => {
    const kindTag = Buffer.from(`scrip/v1/map/${kind}\0`);
    const id = numbered("id", n);
    return { kind, kindTag: hex(kindTag), id: hex(id), key: hex(mapKey(sha256, kindTag, id)) };
  });
}

function halvesVectors() {
  return [0, 1, 40].map((length, n) => {
    const tag = Buffer.from("scrip/v1/example\0");
    const publicBytes = numbered("public", n).subarray(0, length);
    const blind = numbered("blind", n);
    const privateBytes = Buffer.from("private ".repeat(length));
    const state = { publicBytes, blind, privateBytes };
    return {
      tag: hex(tag),
      public: hex(publicBytes),
      blind: hex(blind),
      private: hex(privateBytes),
      privateHash: hex(privateHalfHash(sha256, state)),
      valueHash: hex(halvesHash(sha256, tag, state)),
    };
  });
}

/** All vectors of the state map, as they stand in map.json. */
export function mapVectors() {
  return {
    about: [
      "All bytes are hex; H is SHA-256; the first bit of a key is the most significant one of its first byte.",
      "leaf = H(00 key valueHash); node = H(01 left right); no leaf = 32 zero bytes; a subtree with one leaf is that leaf.",
      "proof = 1 byte for where the path ends (00 empty, 01 leaf, 02 other), 1 byte for the length of the bitmap, the bitmap",
      "(a 1 for each sibling that is not empty, root first), those siblings, and for `other` that leaf's key and valueHash.",
      "The path has as many levels as the bitmap has bits up to its last 1. valueHash null: the key is removed, or absent.",
      "key = H(kindTag id). valueHash of halves = H(tag H(public) privateHash) with privateHash = H(blind private).",
    ],
    keys: keyVectors(),
    halves: halvesVectors(),
    histories: histories(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(mapVectorsFile, `${JSON.stringify(mapVectors(), null, 2)}\n`);
