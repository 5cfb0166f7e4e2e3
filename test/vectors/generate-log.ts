import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  MemoryTree,
  consistencyProof,
  cosignatureMessage,
  encodeBundle,
  entriesPath,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatValidatorPolicy,
  formatVkey,
  inclusionProof,
  leafHash,
  meetsQuorum,
  parseNote,
  parsePolicy,
  rootAt,
  tileBytes,
  tilePath,
  tilesChanged,
} from "@scrip/merkle-log";
import { cosigner, ed25519Signer, noteSigner, sha256Ed25519 } from "@scrip/signing";

// Writes log.json: `npx tsx --conditions=source test/vectors/generate-log.ts`. Everything in it is made from counters.

export const logVectorsFile = fileURLToPath(new URL("log.json", import.meta.url));

const { hash } = sha256Ed25519;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const allHex = (list: readonly Uint8Array[]): string[] => list.map(hex);

/** The eight entries with which Certificate Transparency logs are tested. */
const ctEntries = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const entriesCount = 70_000;

/** Entry n of the log of the vectors. */
export function entryOf(n: number): Uint8Array {
  const known = ctEntries[n];
  return known === undefined ? Buffer.from(`entry ${n}`) : Buffer.from(known, "hex");
}

const tree = new MemoryTree(
  hash,
  Array.from({ length: entriesCount }, (_, n) => leafHash(hash, entryOf(n))),
);
const rootHex = (size: number): string => hex(rootAt(hash, tree.read, size));

const roots = () =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 255, 256, 257, 300, 65_535, 65_536, 70_000].map(
    (size) => ({
      size,
      root: rootHex(size),
    }),
  );

const inclusion = () =>
  [
    [0, 1],
    [0, 8],
    [5, 8],
    [2, 3],
    [1, 5],
    [6, 7],
    [8, 9],
    [255, 256],
    [256, 257],
    [77, 300],
    [299, 300],
    [65_536, 70_000],
    [69_999, 70_000],
  ].map(([index = 0, size = 0]) => ({
    index,
    size,
    leafHash: hex(tree.read({ level: 0, index })),
    proof: allHex(inclusionProof(hash, tree.read, { index, size })),
  }));

const consistency = () =>
  [
    [0, 5],
    [1, 1],
    [1, 8],
    [6, 8],
    [2, 5],
    [4, 8],
    [7, 8],
    [8, 8],
    [255, 256],
    [256, 257],
    [257, 300],
    [1, 70_000],
    [65_536, 70_000],
    [69_999, 70_000],
  ].map(([oldSize = 0, newSize = 0]) => ({
    oldSize,
    newSize,
    proof: allHex(consistencyProof(hash, tree.read, { oldSize, newSize })),
  }));

function tiles() {
  const coordinates = [
    [0, 0, 1],
    [0, 0, 256],
    [0, 999, 255],
    [0, 1000, 256],
    [3, 1_234_067, 256],
    [3, 1_234_067, 8],
    [63, 7, 16],
  ];
  return {
    paths: coordinates.map(([level = 0, index = 0, width = 0]) => ({
      level,
      index,
      width,
      path: tilePath({ level, index, width }),
      entriesPath: entriesPath({ index, width }),
    })),
    refused: [
      "/tile/0/0",
      "/tile/00/000",
      "/tile/64/000",
      "/tile/0/x000/001",
      "/tile/0/001/000",
      "/tile/0/000.p/0",
      "/tile/0/000.p/01",
      "/tile/0/000.p/256",
      "/tile/0/000/",
      "/tile/8/0/000",
      "tile/0/000",
    ],
    changed: [
      [0, 1],
      [255, 256],
      [256, 257],
      [300, 600],
      [69_999, 70_000],
    ].map(([oldSize = 0, newSize = 0]) => ({
      oldSize,
      newSize,
      paths: tilesChanged(oldSize, newSize).map(tilePath),
    })),
    hashes: [
      { level: 0, index: 0, width: 8 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ].map((tile) => ({ path: tilePath(tile), bytes: hex(tileBytes(tree.read, tile)) })),
    bundle: {
      path: entriesPath({ index: 0, width: 9 }),
      bytes: hex(encodeBundle(Array.from({ length: 9 }, (_, n) => entryOf(n)))),
    },
  };
}

const origin = "scrip.example/vectors";
const seedOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);
const log = noteSigner(hash, ed25519Signer(origin, seedOf(1)));
const validators = [2, 3, 4, 5].map((number) =>
  cosigner(hash, ed25519Signer(`validator.example/${number}`, seedOf(number))),
);
const times = [1_700_000_000, 1_700_000_005, 1_700_000_010, 1_700_000_015];

function keys() {
  return [log, ...validators].map(({ key }, at) => ({
    name: key.name,
    seed: hex(seedOf(at + 1)),
    type: key.type,
    publicKey: hex(key.publicKey),
    keyId: key.keyId,
    vkey: formatVkey(key),
  }));
}

/** The checkpoint of a size, signed by the log and cosigned by all validators. */
function noteAt(size: number): string {
  const root = rootAt(hash, tree.read, size);
  const text = formatCheckpoint({ origin, size, root, extensions: [] });
  const cosigned = validators.map((one, at) => one.cosign(text, times[at] ?? 0));
  return formatNote({ text, signatures: [log.sign(text), ...cosigned] });
}

function checkpoints() {
  return [0, 8, 300].map((size) => {
    const note = noteAt(size);
    const { text, signatures } = parseNote(note);
    return {
      size,
      root: rootHex(size),
      text,
      note,
      signatures: signatures.map(({ name, keyId, signature }) => ({
        name,
        keyId,
        signature: hex(signature),
      })),
      cosigned: times.map((seconds) => ({
        seconds,
        message: hex(cosignatureMessage(text, seconds)),
      })),
    };
  });
}

function proofs() {
  return [
    { index: 5, size: 8, extra: undefined },
    { index: 77, size: 300, extra: Buffer.from("extra data") },
  ].map(({ index, size, extra }) => {
    const hashes = inclusionProof(hash, tree.read, { index, size });
    const file = formatTlogProof({ extra, index, hashes, note: parseNote(noteAt(size)) });
    return {
      index,
      size,
      extra: extra === undefined ? null : hex(extra),
      leafHash: hex(tree.read({ level: 0, index })),
      file,
    };
  });
}

function policies() {
  const text = formatValidatorPolicy(
    [log.key],
    validators.map(({ key }) => key),
  );
  const policy = parsePolicy(hash, text);
  const sets = [[], [2], [2, 3], [2, 2, 2], [2, 3, 4], [5, 4, 3], [2, 3, 4, 5]];
  const keyOf = (number: number): Uint8Array => ed25519Signer("k", seedOf(number)).publicKey;
  return [
    {
      text,
      quorum: sets.map((cosigners) => ({
        cosigners: cosigners.map((number) => hex(keyOf(number))),
        met: meetsQuorum(policy, cosigners.map(keyOf)),
      })),
    },
  ];
}

/** All vectors of the log, as they stand in log.json. */
export function logVectors() {
  return {
    about: [
      "All bytes are hex; H is SHA-256; signatures are Ed25519. RFC 6962 section 2.1: leaf = H(00 entry), node = H(01 left right).",
      "The log: entries 0 to 7 are listed, entry n above is the ASCII text `entry n`.",
      "keys: seed is the Ed25519 private seed; type 1 signs the note's text, type 4 signs `cosigned.message` of its own time.",
      "A signature of type 4 is 8 bytes of time in seconds, big endian, and the 64 bytes of Ed25519.",
      "Formats: C2SP tlog-tiles, signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy.",
    ],
    entries: ctEntries,
    roots: roots(),
    inclusion: inclusion(),
    consistency: consistency(),
    tiles: tiles(),
    keys: keys(),
    checkpoints: checkpoints(),
    proofs: proofs(),
    policies: policies(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(logVectorsFile, `${JSON.stringify(logVectors(), null, 2)}\n`);
