import type { CardId } from "@scrip/domain";
import type { Hash } from "../bytes.ts";
import { bigEndian, hashTagged, toHex } from "../bytes.ts";
import { tags } from "../tags.ts";

declare const codeBrand: unique symbol;

/** The secret of a card: 24 symbols (120 bits), without check symbol and hyphens. Never logged, never stored. */
export type CardCode = string & { readonly [codeBrand]: true };

/** Symbols that carry chance. */
export const codeSymbols = 24;
/** Symbols between two hyphens. */
const groupSymbols = 5;
/** Bytes of a code on a line of its own, as it is shown, with the line's end. */
export const codeLineBytes = codeSymbols + 1 + Math.floor(codeSymbols / groupSymbols) + 1;
/** Characters of a code that are looked at: the symbols and a hyphen or space wherever one may stand. */
export const codeCharactersMax = 64;

/** Crockford base 32: no I, L, O, U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const noSymbol = 255;
/** A hyphen or a space: anywhere, and nothing. */
const between = 254;
/** Value of what may be typed for a symbol, in either case, by its ASCII character. */
const typedValues = new Uint8Array(128).fill(noSymbol);
// Crockford: what is easily misread is read as what it was.
const typed: [string, number][] = [
  ...Array.from(alphabet, (symbol, value): [string, number] => [symbol, value]),
  ["O", 0],
  ["I", 1],
  ["L", 1],
];
for (const [symbol, value] of typed) {
  typedValues[symbol.charCodeAt(0)] = value;
  typedValues[symbol.toLowerCase().charCodeAt(0)] = value;
}
for (const nothing of ["-", " "]) typedValues[nothing.charCodeAt(0)] = between;

/** Powers of x in GF(32) = GF(2)[x]/(x⁵+x²+1); x generates all 31 of them. */
const powers = Array.from({ length: 31 }, () => 1);
for (let i = 1; i < powers.length; i++) {
  const doubled = (powers[i - 1] ?? 0) << 1;
  powers[i] = doubled & 32 ? doubled ^ 0b100101 : doubled;
}
/** Exponent of each power; 0 has none. */
const logs = Array.from({ length: 32 }, (_, value) => powers.indexOf(value));

/** value · xⁿ */
function times(value: number, n: number): number {
  const log = logs[value] ?? -1;
  return log < 0 ? 0 : (powers[(log + n) % 31] ?? 0);
}

/**
 * The check symbol: the sum over GF(32) of symbol i (from 1) times xⁱ. It weighs x⁰ itself, so the 25 symbols have
 * 25 different weights, none of them 0: one wrong symbol, or any two exchanged (neighbours or not), always shows.
 */
function checkSymbol(values: ArrayLike<number>): string {
  let sum = 0;
  for (let place = 0; place < codeSymbols; place++) sum ^= times(values[place] ?? 0, place + 1);
  return alphabet.charAt(sum);
}

/** A code as it is shown: five groups of five symbols, the last symbol being the check. */
export function formatCode(code: CardCode): string {
  const values = new Uint8Array(codeSymbols);
  for (let at = 0; at < codeSymbols; at++) values[at] = typedValues[code.charCodeAt(at)] ?? 0;
  const symbols = code + checkSymbol(values);
  let text = symbols.slice(0, groupSymbols);
  for (let at = groupSymbols; at < symbols.length; at += groupSymbols)
    text += `-${symbols.slice(at, at + groupSymbols)}`;
  return text;
}

/**
 * Reads a code as people type it: either case, O for 0, I and L for 1, hyphens and spaces anywhere or nowhere.
 * @returns null when it is not 25 symbols with the right check symbol; nothing needs to be looked up then.
 */
export function parseCode(text: string): CardCode | null {
  if (text.length > codeCharactersMax) return null;
  const values = new Uint8Array(codeSymbols + 1);
  let symbols = 0;
  for (let at = 0; at < text.length; at++) {
    const value = typedValues[text.charCodeAt(at)] ?? noSymbol;
    if (value === between) continue;
    if (value === noSymbol || symbols > codeSymbols) return null;
    values[symbols++] = value;
  }
  if (symbols <= codeSymbols) return null;
  if (checkSymbol(values) !== alphabet.charAt(values[codeSymbols] ?? 0)) return null;
  let code = "";
  for (let at = 0; at < codeSymbols; at++) code += alphabet.charAt(values[at] ?? 0);
  return code as CardCode;
}

/** The card a code belongs to: whoever holds the code can compute it, and it says nothing about the code. */
export const cardIdOfCode = (hash: Hash, code: CardCode): CardId =>
  toHex(hashTagged(hash, tags.cardId, ascii(code)), 0, 20) as CardId;

/** Symbols are ASCII; a million cards in a row notice what an encoder of any text costs. */
function ascii(code: CardCode): Uint8Array {
  const bytes = new Uint8Array(codeSymbols);
  for (let at = 0; at < codeSymbols; at++) bytes[at] = code.charCodeAt(at);
  return bytes;
}

/** The code of card `index` of a batch, from the batch's seed (32 random bytes). */
export const codeAt = (hash: Hash, seed: Uint8Array, index: number): CardCode =>
  codeFrom(hashTagged(hash, tags.code, seed, bigEndian(index, 4)));

/** Another code for the same place, for when the card has to fall into a certain shard; `redraw` from 1. */
export const redrawnCodeAt = (
  hash: Hash,
  seed: Uint8Array,
  at: { index: number; redraw: number },
): CardCode =>
  codeFrom(hashTagged(hash, tags.code, seed, bigEndian(at.index, 4), bigEndian(at.redraw, 4)));

/** Every two symbols by their ten bits. */
const symbolPairs = Array.from(
  { length: 1_024 },
  (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31),
);

/** The first 120 bits, five to a symbol, most significant first: five bytes are four pairs of symbols. */
function codeFrom(digest: Uint8Array): CardCode {
  let code = "";
  for (let at = 0; at < 15; at += 5) {
    // Ten bits at a time, each pair in two bytes that follow each other.
    code += pairAt(digest, at, 6) + pairAt(digest, at + 1, 4);
    code += pairAt(digest, at + 2, 2) + pairAt(digest, at + 3, 0);
  }
  return code as CardCode;
}

/** The pair of symbols that ends `after` bits before the end of the byte behind `at`. */
function pairAt(digest: Uint8Array, at: number, after: number): string {
  const bits = ((digest[at] ?? 0) << 8) | (digest[at + 1] ?? 0);
  return symbolPairs[(bits >> after) & 1_023] ?? "";
}
