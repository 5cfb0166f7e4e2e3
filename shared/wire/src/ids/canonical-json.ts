/** JSON as Scrip uses it: numbers are whole. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const loneSurrogate = /\p{Surrogate}/u;

/**
 * One text per value (RFC 8785 for JSON without fractions): names sorted by their UTF-16 code units (§3.2.3), no white
 * space, strings as ECMAScript writes them (§3.2.2.2).
 * @throws RangeError for a number that is not a whole number within ±(2^53−1), or a lone surrogate.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return wholeNumber(value);
  if (typeof value === "string") return quoted(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  let text = "";
  // Without a comparison of its own `sort` goes by UTF-16 code units.
  for (const name of Object.keys(value).sort()) {
    const inner = value[name];
    if (inner === undefined) throw new RangeError(`nothing under ${quoted(name)}`);
    text += `${text === "" ? "" : ","}${quoted(name)}:${canonicalJson(inner)}`;
  }
  return `{${text}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  // As JSON writes it, negative zero included.
  return String(value);
}

/** Nothing in it is escaped, and no half of a character stands in it. */
const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (loneSurrogate.test(text)) throw new RangeError("text with a lone surrogate");
  return JSON.stringify(text);
}
