import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  batchSigningBytes,
  bindingCommitment,
  bodyHash,
  canonicalJson,
  cardHalves,
  cardIdOfCode,
  chunkOpId,
  codeAt,
  encodeEntry,
  formatBatchId,
  formatCardId,
  formatCode,
  formatEventId,
  formatOperationId,
  hashedLeaf,
  hiddenHash,
  leafIdBytes,
  leafIdOf,
  leafKey,
  leafKinds,
  legOpId,
  nextChain,
  opIdOf,
  operationHalves,
  partySigningBytes,
  programStart,
  redrawnCodeAt,
  streamStart,
  tags,
  toHex,
  utf8,
  type Hash,
  type LeafKind,
  type Leaves,
} from "@scrip/wire";
import { leafHash, sha256 } from "@scrip/merkle-log";
import { entries, leafSamples, named, sample } from "./samples-entries.ts";

// Writes entries.json: `npx tsx --conditions=source test/vectors/generate-entries.ts`. Everything in it is made from
// counters. Numbers that JSON readers may round (above 2^53−1) are decimal texts.

export const entryVectorsFile = fileURLToPath(new URL("entries.json", import.meta.url));

const hash: Hash = sha256;

/** A value as JSON: bytes as hex, bigints as decimal texts. */
export const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_name, inner: unknown) => {
      if (typeof inner === "bigint") return String(inner);
      return inner instanceof Uint8Array ? toHex(inner) : inner;
    }),
  );

const entryVector = (name: string) => {
  const entry = named(name);
  const bytes = encodeEntry(entry);
  return { name, entry: plain(entry), bytes: toHex(bytes), leafHash: toHex(leafHash(hash, bytes)) };
};

function leafVector<K extends LeafKind>(kind: K, leaf: Leaves[K]) {
  const { bytes, stateHash } = hashedLeaf(hash, kind, leaf);
  const id = leafIdOf(kind, leaf);
  return {
    kind,
    leaf: plain(leaf),
    id: toHex(leafIdBytes(kind, id)),
    key: toHex(leafKey(hash, kind, id)),
    bytes: toHex(bytes),
    stateHash: toHex(stateHash),
  };
}

/** What a public proof of a halved leaf is checked with. */
function halvesVectors() {
  const { card, operation } = leafSamples;
  const both = [
    ...card.map((state) => ({ ...cardHalves(state), nonce: state.nonce, id: state.card.cardId })),
    ...operation.map((state) => ({
      ...operationHalves(state),
      nonce: state.nonce,
      id: state.operation.opId,
    })),
  ];
  return both.map(({ publicBytes, privateBytes, nonce, id }) => ({
    id,
    nonce,
    publicBytes: toHex(publicBytes),
    privateBytes: toHex(privateBytes),
    hiddenHash: toHex(hiddenHash(hash, privateBytes, { nonce, id })),
  }));
}

function codeVectors() {
  const seed = new Uint8Array(32).map((_, index) => index);
  const described = (code: ReturnType<typeof codeAt>) => ({
    symbols: code,
    shown: formatCode(code),
    cardId: cardIdOfCode(hash, code),
  });
  const first = [0, 1, 2, 9_999_999].map((index) => ({ index, ...described(codeAt(hash, seed, index)) }));
  const redrawn = [1, 2].map((redraw) => ({
    index: 0,
    redraw,
    ...described(redrawnCodeAt(hash, seed, { index: 0, redraw })),
  }));
  return { seed: toHex(seed), codes: first, redrawn };
}

function idVectors() {
  const { chainId, salt, programId, cardId, batchId, opId, body } = sample;
  const start = streamStart(hash, chainId, 3);
  const eventId = entryVector("CardWrittenOff").leafHash;
  return {
    chainId,
    opId: { caller: "acme", key: "k-1", opId: opIdOf(hash, "acme", "k-1") },
    chunk: { opId, shard: 3, chunk: 70_000, chunkOpId: chunkOpId(hash, opId, { shard: 3, chunk: 70_000 }) },
    leg: { opId, leg: 2, legOpId: legOpId(hash, opId, 2) },
    body: { value: body, canonical: canonicalJson(body), bodyHash: bodyHash(hash, canonicalJson(body)) },
    saltedBody: { salt, bodyHash: bodyHash(hash, canonicalJson(body), salt) },
    binding: { salt, programId, commitment: bindingCommitment(hash, salt, programId) },
    stream: { shard: 3, start, eventId, next: nextChain(hash, start, eventId) },
    program: { programId, start: programStart(hash, programId) },
    public: {
      card: formatCardId(cardId),
      batch: formatBatchId(batchId),
      event: formatEventId(eventId),
      operations: (["wo", "rf", "pg", "bd"] as const).map((kind) =>
        formatOperationId({ kind, decisionShard: 11, opId }),
      ),
    },
  };
}

function signedVectors() {
  const { chainId, header } = sample;
  const eventsRoot = sha256(utf8("events"));
  return {
    batch: {
      header,
      eventsRoot: toHex(eventsRoot),
      bytes: toHex(batchSigningBytes(chainId, header, eventsRoot)),
    },
    party: {
      entry: "CardRefunded, signed",
      bytes: toHex(partySigningBytes(chainId, sample.signedRefund)),
    },
  };
}

export const entryVectors = () => ({
  tags,
  entries: entries.map(([name]) => entryVector(name)),
  leaves: leafKinds.flatMap((kind) => leafSamples[kind].map((leaf) => leafVector(kind, leaf as Leaves[typeof kind]))),
  halves: halvesVectors(),
  codes: codeVectors(),
  ids: idVectors(),
  signed: signedVectors(),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(entryVectorsFile, `${JSON.stringify(entryVectors(), null, 1)}\n`);
}
