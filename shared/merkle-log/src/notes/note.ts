import { fromBase64, toBase64 } from "../base64.ts";
import { concatBytes, toHex } from "../bytes.ts";
import { ProofError } from "../proof-error.ts";
import { hasControl, hasLoneSurrogate } from "../text.ts";
import { isKeyName } from "./key-name.ts";

/** Longest note we read, in characters, and the most signature lines in one. */
export const noteCharactersMax = 1_000_000;
export const noteSignaturesMax = 100;

/** One signature line: who says they signed, and the bytes to check. */
export interface NoteSignature {
  readonly name: string;
  /** Key id as eight lowercase hex digits. */
  readonly keyId: string;
  /** The signature without the key id; its form depends on the key's type. */
  readonly signature: Uint8Array;
}

/** A signed note, C2SP signed-note "Format". `text` ends with its newline. Nothing in it is verified yet. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const keyIdBytes = 4;
const linePrefix = "\u2014 ";

/** Reads a signed note strictly. @throws ProofError `PROOF_INVALID` naming what is malformed. */
export function parseNote(note: string): Note {
  if (note.length > noteCharactersMax) fail(`it is longer than ${noteCharactersMax} characters`);
  if (isForbidden(note)) fail("it holds control characters or is not Unicode");
  // The text may hold empty lines: the last one separates it from the signatures.
  const separator = note.lastIndexOf("\n\n");
  if (separator < 0) fail("no empty line before the signatures");
  const block = note.slice(separator + 2);
  if (!block.endsWith("\n")) fail("it does not end with a signature line");
  const lines = block.slice(0, -1).split("\n");
  if (lines.length > noteSignaturesMax) fail(`it has more than ${noteSignaturesMax} signatures`);
  return { text: note.slice(0, separator + 1), signatures: lines.map(parseSignatureLine) };
}

/** Reads a signed note from bytes, which must be UTF-8. @throws ProofError `PROOF_INVALID`. */
export function parseNoteBytes(bytes: Uint8Array): Note {
  return parseNote(decodeUtf8(bytes));
}

/** Bytes to text; nothing is replaced and no byte order mark is dropped. @throws ProofError `PROOF_INVALID`. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("it is not UTF-8");
  }
}

/** Writes a note as it is sent. @throws RangeError for a text or a signature that is not allowed. */
export function formatNote(note: Note): string {
  if (!note.text.endsWith("\n") || isForbidden(note.text)) {
    throw new RangeError("a note's text ends with a newline and has no other control character");
  }
  if (note.signatures.length === 0) throw new RangeError("a note has at least one signature");
  return `${note.text}\n${note.signatures.map(formatSignatureLine).join("")}`;
}

/** Writes one signature line, with its newline. @throws RangeError for a name that is not allowed. */
export function formatSignatureLine(line: NoteSignature): string {
  if (!isKeyName(line.name)) throw new RangeError(`not a key name: ${JSON.stringify(line.name)}`);
  if (!/^[0-9a-f]{8}$/.test(line.keyId) || line.signature.length === 0) {
    throw new RangeError("a signature line needs a key id of eight hex digits and a signature");
  }
  const id = Uint8Array.from(line.keyId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return `${linePrefix}${line.name} ${toBase64(concatBytes(id, line.signature))}\n`;
}

/**
 * The note with these signatures added. A line of the same key (name and id) replaces the one that
 * was there, so that a renewed cosignature does not pile up.
 */
export function withSignatures(note: Note, added: readonly NoteSignature[]): Note {
  const byKey = new Map(note.signatures.map((line) => [`${line.name} ${line.keyId}`, line]));
  for (const line of added) byKey.set(`${line.name} ${line.keyId}`, line);
  return { text: note.text, signatures: [...byKey.values()] };
}

// Newline is the only control character a note may hold.
function isForbidden(text: string): boolean {
  return hasControl(text, "\n") || hasLoneSurrogate(text);
}

function parseSignatureLine(line: string): NoteSignature {
  const [name = "", encoded = "", ...rest] = line.slice(linePrefix.length).split(" ");
  if (!line.startsWith(linePrefix) || rest.length > 0 || !isKeyName(name)) {
    fail("a signature line is not «em dash, space, key name, space, base64»");
  }
  const bytes = fromBase64(encoded);
  if (bytes === undefined || bytes.length <= keyIdBytes) {
    fail(`the signature of ${name} is not base64 of a key id and a signature`);
  }
  return {
    name,
    keyId: toHex(bytes.subarray(0, keyIdBytes)),
    signature: bytes.slice(keyIdBytes),
  };
}

function fail(fault: string): never {
  throw new ProofError("PROOF_INVALID", `read the signed note: ${fault}`);
}
