import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CardCode } from "@scrip/wire";
import { cardIdOfCode, codeAt, formatCode, parseCode, redrawnCodeAt } from "@scrip/wire";

const hash = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const code = fc
  .string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: 24, maxLength: 24 })
  .map((symbols) => symbols as CardCode);
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** All 25 symbols, without hyphens. */
const symbolsOf = (code: CardCode): string => formatCode(code).replaceAll("-", "");
const put = (text: string, at: number, symbol: string): string =>
  text.slice(0, at) + symbol + text.slice(at + 1);

describe("card codes", () => {
  it("are shown in five groups of five and read back", () => {
    fc.assert(
      fc.property(code, (code) => {
        const shown = formatCode(code);
        expect(shown).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$/);
        expect(parseCode(shown)).toBe(code);
      }),
    );
  });

  it("are read as people type them", () => {
    fc.assert(
      fc.property(code, fc.constantFrom("", " ", "-"), (code, between) => {
        const typed = formatCode(code)
          .toLowerCase()
          .replaceAll("0", "o")
          .replaceAll("1", "l")
          .replaceAll("-", between);
        expect(parseCode(typed)).toBe(code);
        expect(parseCode(typed.replaceAll("l", "I"))).toBe(code);
      }),
    );
  });

  it("show every single wrong symbol", () => {
    fc.assert(
      fc.property(code, fc.nat(24), fc.integer({ min: 1, max: 31 }), (code, at, by) => {
        const symbols = symbolsOf(code);
        const wrong = alphabet.charAt((alphabet.indexOf(symbols.charAt(at)) + by) % 32);
        expect(parseCode(put(symbols, at, wrong))).toBeNull();
      }),
    );
  });

  it("show every exchange of two symbols, neighbours or not", () => {
    fc.assert(
      fc.property(code, fc.nat(24), fc.nat(24), (code, a, b) => {
        const symbols = symbolsOf(code);
        fc.pre(symbols.charAt(a) !== symbols.charAt(b));
        const exchanged = put(put(symbols, a, symbols.charAt(b)), b, symbols.charAt(a));
        expect(parseCode(exchanged)).toBeNull();
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["a symbol too few", "0000000000000000000000000".slice(1)],
    ["a symbol too many", "00000000000000000000000000"],
    ["U, which is no symbol", "U000000000000000000000000"],
    ["a letter that becomes two when capitalised", "\u00df00000000000000000000000"],
    ["a dotless i", "\u0131000000000000000000000000"],
    ["a line end", "0000000000000000000000000\n"],
    ["far too many hyphens", `${"-".repeat(100)}0000000000000000000000000`],
  ])("refuse %s", (_what, text) => {
    expect(parseCode(text)).toBeNull();
  });

  it("have a check symbol of their own", () => {
    // The sum of zeros is zero; one symbol alone weighs a power of x in GF(32), here x.
    expect(formatCode("000000000000000000000000" as CardCode)).toBe(
      "00000-00000-00000-00000-00000",
    );
    expect(formatCode("100000000000000000000000" as CardCode)).toBe(
      "10000-00000-00000-00000-00002",
    );
  });

  it("come from the seed, take its first 120 bits and spread over all symbols", () => {
    fc.assert(
      fc.property(seed, fc.nat(1_000_000), (seed, index) => {
        const number = Buffer.alloc(4);
        number.writeUInt32BE(index);
        const digest = hash(Buffer.concat([Buffer.from("scrip/v1/code\0"), seed, number]));
        const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, "0")).join("");
        const expected = Array.from({ length: 24 }, (_, i) =>
          alphabet.charAt(Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)),
        ).join("");
        expect(codeAt(hash, seed, index)).toBe(expected);
        expect(redrawnCodeAt(hash, seed, { index, redraw: 1 })).not.toBe(expected);
      }),
    );
  });

  it("give the card its id", () => {
    fc.assert(
      fc.property(code, (code) => {
        const digest = createHash("sha256").update(`scrip/v1/card-id\0${code}`).digest("hex");
        expect(cardIdOfCode(hash, code)).toBe(digest.slice(0, 40));
      }),
    );
  });
});
