import {
  MemoryTree,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatValidatorPolicy,
  inclusionProof,
  leafHash,
  wholeTree,
} from "@scrip/merkle-log";
import type { NoteSignature } from "@scrip/merkle-log";
import { cosigner, ed25519Signer, noteSigner, sha256Ed25519 as suite } from "@scrip/signing";
import { StateMap, encodeMapProof } from "@scrip/state-map";
import type { CardState, Entry, ProofExtra } from "@scrip/wire";
import {
  cardHalves,
  cardStateHash,
  encodeEntry,
  encodeProofExtra,
  hiddenHash,
  leafKey,
  logByLine,
  toHex,
} from "@scrip/wire";

/* A small log with a map, cosigned by four validators: all that a proof is made from, and nothing else. */

export const origin = "scrip.example/rehearsal";
export const cosignedAtMs = 1_700_000_000_000;
const { hash } = suite;

const seedOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
export const log = noteSigner(hash, ed25519Signer(origin, seedOf(100)));
export const receipts = noteSigner(hash, ed25519Signer(`${origin}/receipts`, seedOf(101)));
const validators = [1, 2, 3, 4].map((byte) =>
  cosigner(hash, ed25519Signer(`v${byte}.example`, seedOf(byte))),
);
export const policy = formatValidatorPolicy(
  [log.key, receipts.key],
  validators.map(({ key }) => key),
);

/** A log that ends in a seal over a map with these cards. */
export interface Sealed {
  readonly entries: readonly Uint8Array[];
  readonly tree: MemoryTree;
  readonly map: StateMap;
}

export function sealed(entries: readonly Entry[], cards: readonly CardState[] = []): Sealed {
  const map = mapOf(cards);
  const seal: Entry = {
    kind: "seal",
    height: entries.length,
    timeMs: cosignedAtMs,
    mapRoot: toHex(map.root),
    cards: cards.length,
    totals: noTotals,
    lawGauge: 0n,
    latenessMs: 0,
  };
  const bytes = [...entries, seal].map((entry) => encodeEntry(entry));
  return { ...logOf(bytes), map };
}

/** Entries and the tree over them. */
export function logOf(entries: readonly Uint8Array[]): Omit<Sealed, "map"> {
  const leaves = entries.map((entry) => leafHash(hash, entry));
  return { entries, tree: new MemoryTree(hash, leaves) };
}

const noTotals = {
  loaded: 0n,
  adjusted: 0n,
  movedIn: 0n,
  movedOut: 0n,
  available: 0n,
  held: 0n,
  writtenOff: 0n,
  refunded: 0n,
  expired: 0n,
  cancelled: 0n,
};

function mapOf(cards: readonly CardState[]): StateMap {
  const records = new Map<number, Uint8Array>();
  const store = { read: (bucket: number) => records.get(bucket) };
  const map = StateMap.open({ hash, store, shape: { depth: 0, count: 0 } });
  const update = map.update(
    cards.map((state) => ({
      key: leafKey(hash, "card", state.card.cardId),
      valueHash: cardStateHash(hash, state),
    })),
  );
  for (const { bucket, bytes } of update.writes) if (bytes) records.set(bucket, bytes);
  map.commit(update);
  return map;
}

export interface Signing {
  /** Numbers of the validators that cosign; one may stand there more than once. */
  readonly by?: readonly number[];
  readonly atMs?: number;
  readonly name?: string;
}

/** A checkpoint of the whole log, signed. */
export function checkpoint({ tree }: Sealed, signing: Signing = {}): string {
  return formatNote(noteOf(tree, signing));
}

function noteOf(tree: MemoryTree, { by = [0, 1, 2], atMs = cosignedAtMs, name = origin }: Signing) {
  const text = formatCheckpoint({
    origin: name,
    size: tree.size,
    root: tree.root(),
    extensions: [],
  });
  return { text, signatures: [log.sign(text), ...by.flatMap((at) => lineOf(at, text, atMs))] };
}

function lineOf(at: number, text: string, atMs: number): NoteSignature[] {
  const validator = validators[at];
  return validator === undefined ? [] : [validator.cosign(text, atMs / 1_000)];
}

/** A proof file of one entry. */
export function proofOf(
  { tree }: Sealed,
  index: number,
  more: Signing & { readonly extra?: ProofExtra } = {},
): string {
  const hashes = inclusionProof(hash, tree.read, { index, size: tree.size });
  const extra = more.extra === undefined ? undefined : encodeProofExtra(more.extra);
  return formatTlogProof({ extra, index, hashes, note: noteOf(tree, more) });
}

/** A proof file of an entry that carries the entry. */
export const eventProof = (of: Sealed, index: number, signing: Signing = {}): string =>
  proofOf(of, index, { ...signing, extra: { kind: "event", entry: entryOf(of, index) } });

export interface Promising {
  /** Lines after the root; default: by when, a minute after `cosignedAtMs`. */
  readonly extensions?: readonly string[];
  readonly extra?: ProofExtra;
  readonly signatures?: (text: string) => readonly NoteSignature[];
}

/** A receipt for one of some entries, which one signature promises together. */
export function receiptOf(
  entries: readonly Uint8Array[],
  index: number,
  more: Promising = {},
): string {
  const leaves = entries.map((entry) => leafHash(hash, entry));
  const { root, proofs } = wholeTree(hash, leaves);
  const { extensions = [logByLine(cosignedAtMs + 60_000)] } = more;
  const checkpointOf = { origin: `${origin}/receipts`, size: entries.length, root, extensions };
  const text = formatCheckpoint(checkpointOf);
  const signatures = more.signatures?.(text) ?? [receipts.sign(text)];
  const entry = entries[index] ?? new Uint8Array(0);
  const extra = encodeProofExtra(more.extra ?? { kind: "event", entry });
  const note = { text, signatures };
  return formatTlogProof({ extra, index, hashes: proofs[index] ?? [], note });
}

export function entryOf({ entries }: Sealed, index: number): Uint8Array {
  const entry = entries[index];
  if (entry === undefined) throw new RangeError(`no entry ${index}`);
  return entry;
}

/** What a card's proof carries: for an outsider, or with both halves. */
export function cardExtra(of: Sealed, state: CardState, whole = false): ProofExtra {
  const { publicBytes, privateBytes } = cardHalves(state);
  const id = state.card.cardId;
  const hidden = hiddenHash(hash, privateBytes, { nonce: state.nonce, id });
  return {
    kind: "card",
    seal: entryOf(of, of.entries.length - 1),
    mapProof: encodeMapProof(of.map.prove(leafKey(hash, "card", id))),
    state: whole ? { publicBytes, privateBytes } : { publicBytes, hidden },
  };
}

/** A proof file of a card's state at the head of the log. */
export const cardProof = (of: Sealed, state: CardState, signing: Signing = {}): string =>
  proofOf(of, of.tree.size - 1, { ...signing, extra: cardExtra(of, state) });
