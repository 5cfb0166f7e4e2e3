import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ReceiptSigner } from "@scrip/application";
import { formatValidatorPolicy, leafHash, toBase64 } from "@scrip/merkle-log";
import { cosigner, ed25519Signer, noteSigner, sha256Ed25519 as suite } from "@scrip/signing";
import { encodeEntry, receiptOrigin, toHex } from "@scrip/wire";
import type { EventEntry } from "@scrip/wire";
import { named } from "./samples-entries.ts";

// Writes receipts.json: `npx tsx --conditions=source test/vectors/generate-receipts.ts`.

export const receiptVectorsFile = fileURLToPath(new URL("receipts.json", import.meta.url));

const { hash } = suite;
const origin = "scrip.example/vectors";
const logWithinMs = 60_000;
const types = [
  "CardWrittenOff",
  "CardRefunded",
  "PointsGranted",
  "CardBound",
  "CardLoaded",
  "CardAdjusted",
  "CardCancelled",
] as const;
const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const receiptKey = ed25519Signer(receiptOrigin(origin), seedOf(7));
const signing = { hash, logOrigin: origin, signer: receiptKey, logWithinMs };

/** The receipts of these entries, saved together. */
async function receiptsOf(entries: readonly EventEntry[]): Promise<readonly string[]> {
  const turns: (() => void)[] = [];
  const signer = new ReceiptSigner({ ...signing, soon: (work) => void turns.push(work) });
  const asked = entries.map((entry) => {
    const bytes = encodeEntry(entry);
    const eventId = toHex(leafHash(hash, bytes));
    return signer.sign({ bytes, eventId, atMs: entry.event.atMs });
  });
  for (const turn of turns) turn();
  return await Promise.all(asked);
}

async function group(entries: readonly EventEntry[]) {
  const receipts = await receiptsOf(entries);
  return entries.map((entry, nth) => {
    const bytes = encodeEntry(entry);
    const eventId = toHex(leafHash(hash, bytes));
    const { atMs } = entry.event;
    return { entry: toHex(bytes), eventId, atMs, receipt: receipts[nth] ?? "" };
  });
}

/** One entry alone, and seven in a tree that is not full, their times a millisecond apart. */
export async function receiptVectors() {
  const apart = types.map((type, nth): EventEntry => {
    const entry = named(type);
    if (entry.kind !== "event") throw new Error(`${type} is no event`);
    return { ...entry, event: { ...entry.event, atMs: entry.event.atMs + nth } };
  });
  const validators = [1, 2, 3, 4].map(
    (byte) => cosigner(hash, ed25519Signer(`v${byte}.example`, seedOf(byte))).key,
  );
  const log = noteSigner(hash, ed25519Signer(origin, seedOf(8))).key;
  return {
    about: [
      "Receipts: files of C2SP tlog-proof whose checkpoint is of a tree over the entries of one signature, RFC 6962.",
      "The checkpoint's origin is the log's with /receipts behind it, its one extension line `logBy` and a time.",
      "logBy is the earliest atMs (milliseconds since 1970) of the group and logWithinMs; the extra is CBOR {1: entry}.",
      "The seed is the Ed25519 private seed of the receipt key, in base64; entries and event ids are hex.",
    ],
    origin,
    logWithinMs,
    seed: toBase64(seedOf(7)),
    policy: formatValidatorPolicy([log, noteSigner(hash, receiptKey).key], validators),
    groups: [await group(apart.slice(0, 1)), await group(apart)],
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(receiptVectorsFile, `${JSON.stringify(await receiptVectors(), null, 2)}\n`);
}
