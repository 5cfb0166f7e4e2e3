import { fromBase64, toBase64 } from "../base64.ts";
import { parseDecimal, requireWhole } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import { hashBytes } from "../hash.ts";
import type { Checkpoint } from "../notes/checkpoint.ts";
import { parseCheckpoint } from "../notes/checkpoint.ts";
import type { Note } from "../notes/note.ts";
import { formatNote, parseNote } from "../notes/note.ts";
import { ProofError } from "../proof-error.ts";
import { verifyInclusion } from "../tree/inclusion.ts";

/** Most hashes in an inclusion proof: one per level of a log of up to 2^63 entries. */
export const proofHashesMax = 63;
/** Longest proof file we read, in characters. */
export const proofCharactersMax = 2_000_000;

/** A proof file. Neither `extra` nor anything else in it is verified yet. */
export interface TlogProof {
  /** Opaque to the format and not authenticated by it: each part must be checked against a hash. */
  readonly extra: Uint8Array | undefined;
  readonly index: number;
  /** Inclusion proof, from the leaf's sibling up to the root's child. */
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint with its signatures. */
  readonly note: Note;
}

const header = "c2sp.org/tlog-proof@v1";

/** Writes a proof file, C2SP tlog-proof "Format". @throws RangeError for what cannot be written. */
export function formatTlogProof({ note, ...proven }: TlogProof): string {
  return tlogProofWriter(note)(proven);
}

/**
 * Writes proof files that share a note, as those of one tree do: the note and each sibling are written out once.
 * @throws RangeError for a note that cannot be written; the writer, for a proof that cannot.
 */
export function tlogProofWriter(note: Note): (proven: Omit<TlogProof, "note">) => string {
  const end = `\n\n${formatNote(note)}`;
  const written = new Map<Uint8Array, string>();
  const textOf = (hash: Uint8Array): string => {
    const known = written.get(hash);
    if (known !== undefined) return known;
    if (hash.length !== hashBytes) {
      throw new RangeError(`every hash of a proof has ${hashBytes} bytes`);
    }
    const text = toBase64(hash);
    written.set(hash, text);
    return text;
  };
  return ({ extra: data, index, hashes }) => {
    requireWhole("an entry index", index);
    // Without extra data the line is left out, it is never empty.
    const extra = data === undefined || data.length === 0 ? "" : `extra ${toBase64(data)}\n`;
    const path = hashes.map((hash) => `\n${textOf(hash)}`).join("");
    return `${header}\n${extra}index ${index}${path}${end}`;
  };
}

/** Reads a proof file strictly. @throws ProofError `PROOF_INVALID` naming what is malformed. */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > proofCharactersMax) fail(`it is longer than ${proofCharactersMax} characters`);
  // The proof's own lines are never empty, so the first empty line ends them.
  const end = text.indexOf("\n\n");
  if (end < 0) fail("no empty line before the checkpoint");
  const lines = text.slice(0, end).split("\n");
  if (lines.shift() !== header) fail(`the first line is not «${header}»`);
  const extra = lines[0]?.startsWith("extra ") ? parseExtra(lines.shift() ?? "") : undefined;
  const index = parseDecimal(/^index (.*)$/.exec(lines.shift() ?? "")?.[1] ?? "");
  if (index === undefined) fail("there is no «index» line with a decimal number");
  if (lines.length > proofHashesMax) fail(`it has more than ${proofHashesMax} hashes`);
  return { extra, index, hashes: lines.map(parseHash), note: parseNote(text.slice(end + 2)) };
}

/**
 * Checks that the entry with this leaf hash is where the proof says, in the tree of its checkpoint.
 * This alone proves nothing: the checkpoint's signatures have to be verified as well.
 * @throws ProofError `PROOF_INVALID`.
 */
export function verifyProofInclusion(
  hash: Hash,
  proof: TlogProof,
  leafHash: Uint8Array,
): Checkpoint {
  const checkpoint = parseCheckpoint(proof.note.text);
  const { size, root } = checkpoint;
  verifyInclusion(hash, { leafHash, index: proof.index, size, root, proof: proof.hashes });
  return checkpoint;
}

function parseExtra(line: string): Uint8Array {
  const bytes = fromBase64(line.slice("extra ".length));
  return bytes !== undefined && bytes.length > 0 ? bytes : fail("the «extra» line is not base64");
}

function parseHash(line: string): Uint8Array {
  const bytes = fromBase64(line);
  return bytes?.length === hashBytes ? bytes : fail("a hash line is not base64 of 32 bytes");
}

function fail(fault: string): never {
  throw new ProofError("PROOF_INVALID", `read the proof: ${fault}`);
}
