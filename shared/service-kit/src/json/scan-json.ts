import { jsonDepthMax } from "../limits.ts";
import { escapePointer } from "../problem/pointer.ts";

/** Why a JSON text is not taken, and where. */
export interface JsonFault {
  /** JSON pointer (RFC 6901), empty for the whole text. */
  readonly field: string;
  readonly detail: string;
}

/**
 * Reads a JSON text once (RFC 8259) and finds what `JSON.parse` would let pass or change: numbers not written as
 * plain whole numbers (`5.0e0`), numbers beyond 2^53−1, equal keys, keys that reach prototypes, lone surrogates,
 * and nesting beyond `jsonDepthMax`. What passes parses, and no number or key in it is altered.
 */
export function scanJson(text: string): JsonFault | undefined {
  try {
    new Scan(text).document();
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.fault;
    throw error;
  }
}

class Found extends Error {
  readonly fault: JsonFault;
  constructor(fault: JsonFault) {
    super(fault.detail);
    this.fault = fault;
  }
}

const wholeNumber = /^-?(0|[1-9][0-9]*)$/;
const numberChars = /[-+.0-9A-Za-z]*/y;
// RFC 8259 §7: control characters are escaped, and a backslash starts one of these escapes only.
const stringChars = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y; // eslint-disable-line no-control-regex
const loneSurrogate = /\p{Surrogate}/u;
const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const quote = 0x22;
const backslash = 0x5c;
const isSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
/** Stands for itself in a string; false also where the text ends. */
const isPlain = (code: number): boolean =>
  code >= 0x20 && code !== quote && code !== backslash && (code < 0xd800 || code > 0xdfff);

class Scan {
  readonly #text: string;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#malformed();
  }

  #value(): void {
    this.#skipSpace();
    const char = this.#text[this.#at];
    if (char === "{") return this.#object();
    if (char === "[") return this.#array();
    if (char === '"') return void this.#string();
    const word = this.#take(numberChars);
    if (word === "true" || word === "false" || word === "null") return;
    if (!/^[-+.]?[0-9]/.test(word)) this.#malformed();
    if (!wholeNumber.test(word)) this.#fail("must be a whole number in plain digits");
    if (!Number.isSafeInteger(Number(word))) this.#fail("must lie between -(2^53-1) and 2^53-1");
  }

  #object(): void {
    const seen = new Set<string>();
    this.#items("}", () => {
      this.#skipSpace();
      const key = this.#string();
      this.#path.push(key);
      if (seen.has(key)) this.#fail("is there twice");
      if (forbiddenKeys.has(key)) this.#fail("is not a field here");
      seen.add(key);
      this.#skipSpace();
      this.#expect(":");
      this.#value();
      this.#path.pop();
    });
  }

  #array(): void {
    let index = 0;
    this.#items("]", () => {
      this.#path.push(index);
      this.#value();
      this.#path.pop();
      index += 1;
    });
  }

  /** The inside of an object or array, from its opening to its closing bracket. */
  #items(closing: string, item: () => void): void {
    if (this.#path.length >= jsonDepthMax)
      this.#fail(`is nested deeper than ${jsonDepthMax} levels`);
    this.#at += 1;
    this.#skipSpace();
    if (this.#text[this.#at] === closing) return this.#expect(closing);
    for (;;) {
      item();
      this.#skipSpace();
      if (this.#text[this.#at] !== ",") return this.#expect(closing);
      this.#at += 1;
    }
  }

  #string(): string {
    const from = this.#at + 1;
    if (this.#text.charCodeAt(this.#at) !== quote) this.#malformed();
    let end = from;
    while (isPlain(this.#text.charCodeAt(end))) end += 1;
    if (this.#text.charCodeAt(end) !== quote) return this.#oddString();
    this.#at = end + 1;
    return this.#text.slice(from, end);
  }

  /** A string with an escape, half a character, or no end. */
  #oddString(): string {
    const token = this.#take(stringChars);
    if (token === "") this.#malformed();
    // Equal keys may be written with different escapes, so they are compared decoded.
    const value: unknown = token.includes("\\") ? JSON.parse(token) : token.slice(1, -1);
    if (typeof value !== "string") return this.#malformed();
    if (loneSurrogate.test(value)) this.#fail("holds half a character");
    return value;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #expect(char: string): void {
    if (this.#text[this.#at] !== char) this.#malformed();
    this.#at += 1;
  }

  #fail(detail: string): never {
    const field = this.#path.map((part) => `/${escapePointer(String(part))}`).join("");
    throw new Found({ field, detail });
  }

  #malformed(): never {
    throw new Found({ field: "", detail: `is not JSON, at character ${this.#at + 1}` });
  }
}
