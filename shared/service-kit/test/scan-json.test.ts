import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDepthMax, scanJson } from "../src/index.ts";

const notPlain = "must be a whole number in plain digits";
const tooLarge = "must lie between -(2^53-1) and 2^53-1";

describe("scanJson", () => {
  it.each([
    ['{"amount":5.0e0}', "/amount", notPlain],
    ['{"amount":4.9999999999999999999}', "/amount", notPlain],
    ['{"amount":1e400}', "/amount", notPlain],
    ['{"amount":5.0}', "/amount", notPlain],
    ['{"amount":05}', "/amount", notPlain],
    ['{"amount":-}', "", "is not JSON, at character 12"],
    ['{"amount":+5}', "/amount", notPlain],
    ['{"amount":.5}', "/amount", notPlain],
    ['{"amount":5e}', "/amount", notPlain],
    ['{"amount":0x10}', "/amount", notPlain],
    ['{"amount":9007199254740992}', "/amount", tooLarge],
    ['{"amount":-9007199254740992}', "/amount", tooLarge],
    ['{"amount":9007199254740993}', "/amount", tooLarge],
    [`{"amount":${"9".repeat(400)}}`, "/amount", tooLarge],
    ['{"tenders":[{"a":1},{"a":1.5}]}', "/tenders/1/a", notPlain],
    ['{"a/b":{"c~d":1.5}}', "/a~1b/c~0d", notPlain],
    ["[1,[2,3.0]]", "/1/1", notPlain],
    ["1.5", "", notPlain],
    ['{"a":1,"a":1}', "/a", "is there twice"],
    ['{"a":1,"\\u0061":2}', "/a", "is there twice"],
    ['{"x":{"a":1,"b":2,"a":3}}', "/x/a", "is there twice"],
    ['{"__proto__":{}}', "/__proto__", "is not a field here"],
    ['{"a":{"\\u005f_proto__":1}}', "/a/__proto__", "is not a field here"],
    ['{"constructor":{"prototype":{}}}', "/constructor", "is not a field here"],
    ['{"a":"\\ud800"}', "/a", "holds half a character"],
    ['{"a":"\\udc00\\ud800"}', "/a", "holds half a character"],
  ])("refuses %s", (text, field, detail) => {
    expect(scanJson(text)).toEqual({ field, detail });
  });

  it.each([
    "",
    " ",
    "{",
    "}",
    "[1,]",
    "[,1]",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    "'a'",
    "[1 2]",
    "[1]]",
  ])("refuses %j, which is not JSON", (text) => {
    expect(scanJson(text)?.detail).toMatch(/^is not JSON, at character \d+$/);
  });

  it.each([
    "nul",
    "True",
    "NaN",
    "Infinity",
    "undefined",
    '"\t"',
    '"\\x"',
    '"\\u12"',
    '"a',
    "\ufeff{}",
    "{}\u00a0",
  ])("refuses %j, which is almost JSON", (text) => {
    expect(scanJson(text)?.detail).toMatch(/^is not JSON, at character \d+$/);
  });

  it.each([
    '{"amount":0,"b":-1,"c":-0,"d":9007199254740991,"e":-9007199254740991}',
    ' { "a" : [ true , false , null , "\\n\\u00e9\\ud83d\\ude00😀" , { } , [ ] ] } \r\n',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '"text"',
    "7",
  ])("passes %s", (text) => {
    expect(scanJson(text)).toBeUndefined();
  });

  it("goes as deep as its limit and no deeper", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(scanJson(nested(jsonDepthMax))).toBeUndefined();
    expect(scanJson(nested(jsonDepthMax + 1))?.detail).toBe("is nested deeper than 16 levels");
    expect(scanJson("[".repeat(60_000))?.detail).toBe("is nested deeper than 16 levels");
  });

  it("passes whatever JSON.stringify writes of whole numbers and texts", () => {
    const leaf = fc.oneof(
      fc.maxSafeInteger(),
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc
      .string()
      .filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small", maxDepth: 6 }, leaf, tie("list"), tie("record")),
      list: fc.array(tie("any"), { maxLength: 4 }),
      record: fc.dictionary(key, tie("any"), { maxKeys: 4 }),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        expect(scanJson(JSON.stringify(any, null, 1))).toBeUndefined();
      }),
    );
  });

  it("passes nothing that JSON.parse refuses, and refuses no plain text that it takes", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"a"',
      '"b"',
      "1",
      "-2",
      "true",
      "null",
      " ",
      '"\\n"',
      '"',
    ];
    const text = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (candidate) => {
        const fault = scanJson(candidate);
        const ours =
          fault === undefined ||
          fault.detail === "is there twice" ||
          fault.detail.startsWith("must");
        if (fault === undefined) expect(parses(candidate)).toBe(true);
        if (parses(candidate)) expect(ours).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
