import * as fc from "fast-check";
import {
  cosignatureMessage,
  decodeCosignature,
  encodeCosignature,
  formatCheckpoint,
  formatNote,
  formatVkey,
  fromBase64,
  isKeyName,
  parseCheckpoint,
  parseNote,
  parseNoteBytes,
  parseVkey,
  sha256,
  signatureType,
  toBase64,
  verifierKey,
  withSignatures,
} from "@scrip/merkle-log";
import { describe, expect, it } from "vitest";
import { codeOf, hex } from "./reference.ts";

/** The examples printed in C2SP signed-note and tlog-cosignature. */
const exampleVkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const poem = [
  "Ognuno sta solo sul cuor della terra",
  "trafitto da un raggio di sole:",
  "",
  "ed è subito sera.",
  "",
  "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=",
  "",
].join("\n");
const cosigned = [
  "example.com/behind-the-sofa",
  "20852163",
  "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
  "",
  "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=",
  "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==",
  "",
].join("\n");

const sig = "AAAAAAE=";
const note = `text\n\n— a ${sig}\n`;

describe("base64, RFC 4648 §4", () => {
  it("agrees with Node's and reads only the canonical spelling", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(text)).toEqual(bytes);
      }),
    );
    for (const text of [
      "A",
      "AA",
      "AAA",
      "AB==",
      "AAB=",
      "====",
      "A===",
      "=AAA",
      "AA=A",
      "AA-_",
      "AAAA\n",
      " AAA",
    ]) {
      expect(fromBase64(text)).toBeUndefined();
    }
  });
});

describe("signed notes", () => {
  it("read the examples of the specification and write them back", () => {
    const parsed = parseNote(poem);
    expect(parsed.text.endsWith("ed è subito sera.\n")).toBe(true);
    expect(parsed.signatures.map(({ name, keyId }) => `${name} ${keyId}`)).toEqual([
      "quasimodo.example/salvatore 367ba04b",
    ]);
    expect(formatNote(parsed)).toBe(poem);
    expect(formatNote(parseNoteBytes(Buffer.from(cosigned)))).toBe(cosigned);
    expect(parseNote("\n\n\n— a AAAAAAE=\n").text).toBe("\n\n");
  });

  it.each([
    ["no signature", "text\n"],
    ["no signature line after the empty line", "text\n\n"],
    ["no newline at the end", note.slice(0, -1)],
    ["a hyphen for the em dash", note.replace("—", "-")],
    ["no name", "text\n\n—  AAAAAAE=\n"],
    ["a plus in the name", note.replace(" a ", " a+b ")],
    ["a Unicode space in the name", note.replace(" a ", " a\u2003b ")],
    ["two spaces", note.replace(" a ", " a  ")],
    ["something after the signature", note.replace(sig, `${sig} `)],
    ["a signature that is only a key id", note.replace(sig, "AAAAAA==")],
    ["base64 without padding", note.replace(sig, "AAAAAAE")],
    ["base64 with bits left over", note.replace(sig, "AAAAAAF=")],
    ["a tab", note.replace("text", "te\txt")],
    ["a carriage return", note.replace("\n", "\r\n")],
    ["half a surrogate pair", note.replace("text", "\ud800")],
    ["too many signatures", `text\n\n${`— a ${sig}\n`.repeat(101)}`],
    ["too many characters", `${"x".repeat(1_000_000)}\n\n— a ${sig}\n`],
  ])("refuse %s", (_, text) => {
    expect(codeOf(() => parseNote(text))).toBe("PROOF_INVALID");
  });

  it("refuse bytes that are not UTF-8 and keep a byte order mark", () => {
    expect(codeOf(() => parseNoteBytes(Buffer.from(note, "latin1")))).toBe("PROOF_INVALID");
    expect(parseNoteBytes(Buffer.from(`\ufeff${note}`)).text).toBe("\ufefftext\n");
  });

  it("read what they wrote, whatever the text", () => {
    const names = fc.string({ minLength: 1, unit: "binary" }).filter(isKeyName);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 });
    const signature = fc.record({ name: names, keyId: fc.constant("0a1b2c3d"), signature: bytes });
    const text = fc
      .string({ unit: "grapheme" })
      .map((line) => `${line.replaceAll(/\p{Cc}/gu, "\n")}\n`);
    const notes = fc.record({
      text,
      signatures: fc.array(signature, { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(notes, (one) => {
        expect(parseNote(formatNote(one))).toEqual(one);
      }),
    );
  });

  it("replace a line of the same key and keep the others", () => {
    const [first, second] = [1, 2].map((byte) => ({
      name: "a",
      keyId: "00000001",
      signature: Uint8Array.of(byte),
    }));
    if (first === undefined || second === undefined) throw new Error("two signatures were made");
    const other = { ...first, keyId: "00000002" };
    const one = withSignatures({ text: "t\n", signatures: [first] }, [other, second]);
    expect(one.signatures).toEqual([second, other]);
  });

  it("are not written with a name, id or text that cannot be read", () => {
    const line = { name: "a", keyId: "00000001", signature: Uint8Array.of(1) };
    for (const bad of [{ name: "a b" }, { keyId: "0000001" }, { signature: new Uint8Array(0) }]) {
      const signatures = [{ ...line, ...bad }];
      expect(() => formatNote({ text: "t\n", signatures })).toThrow(RangeError);
    }
    expect(() => formatNote({ text: "t", signatures: [line] })).toThrow(RangeError);
    expect(() => formatNote({ text: "t\n", signatures: [] })).toThrow(RangeError);
  });
});

describe("verifier keys", () => {
  it("read the example of the specification and write it back", () => {
    const key = parseVkey(sha256, exampleVkey);
    expect(key).toMatchObject({ name: "example.com/foo", keyId: "530d903a", type: 1 });
    expect(formatVkey(key)).toBe(exampleVkey);
  });

  it("have another id for each type of signature", () => {
    const publicKey = new Uint8Array(32).fill(7);
    const ids = Object.values(signatureType).map(
      (type) => verifierKey(sha256, { name: "k", type, publicKey }).keyId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  it.each([
    ["another key id", exampleVkey.replace("530d903a", "530d903b")],
    ["upper case hex", exampleVkey.replace("530d903a", "530D903A")],
    ["another name", exampleVkey.replace("foo", "bar")],
    ["a flipped bit in the key", exampleVkey.replace("ekye", "ekyf")],
    ["an unknown type", exampleVkey.replace("+Ae", "+Bu")],
    ["a key cut short", exampleVkey.slice(0, -4)],
    ["a space in the name", exampleVkey.replace("/", " ")],
    ["no key", "example.com/foo+530d903a"],
    ["nothing", ""],
  ])("refuse %s", (_, vkey) => {
    expect(codeOf(() => parseVkey(sha256, vkey))).toBe("PolicyError");
  });
});

describe("checkpoints", () => {
  const text = parseNote(cosigned).text;
  const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

  it("read the example of the specification and write it back", () => {
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
    expect(toBase64(checkpoint.root)).toBe(root);
    expect(formatCheckpoint(checkpoint)).toBe(text);
    const extended = {
      ...checkpoint,
      origin: "an origin with spaces",
      extensions: ["one", "two "],
    };
    expect(parseCheckpoint(formatCheckpoint(extended))).toEqual(extended);
  });

  it.each([
    ["an empty origin", `\n1\n${root}\n`],
    ["a leading zero", `o\n01\n${root}\n`],
    ["a sign", `o\n+1\n${root}\n`],
    ["a size above 2^53 − 1", `o\n9007199254740992\n${root}\n`],
    ["a space after the size", `o\n1 \n${root}\n`],
    ["a short root", `o\n1\nAAAA\n`],
    ["no root", `o\n1\n`],
    ["an empty extension line", `o\n1\n${root}\n\nx\n`],
    ["no newline at the end", `o\n1\n${root}`],
    ["nothing", ""],
  ])("refuse %s", (_, bad) => {
    expect(codeOf(() => parseCheckpoint(bad))).toBe("PROOF_INVALID");
  });

  it("are not written with lines that cannot be read", () => {
    const checkpoint = { origin: "o", size: 1, root: new Uint8Array(32), extensions: [] };
    for (const bad of [{ origin: "" }, { origin: "a\nb" }, { size: -1 }, { extensions: [""] }]) {
      expect(() => formatCheckpoint({ ...checkpoint, ...bad })).toThrow(RangeError);
    }
    expect(() => formatCheckpoint({ ...checkpoint, root: new Uint8Array(31) })).toThrow(RangeError);
  });
});

describe("cosignatures", () => {
  it("sign the message of the specification", () => {
    const text = parseNote(cosigned).text;
    expect(Buffer.from(cosignatureMessage(text, 1_679_315_147)).toString()).toBe(
      `cosignature/v1\ntime 1679315147\n${text}`,
    );
    expect(
      decodeCosignature(parseNote(cosigned).signatures[1]?.signature ?? hex("")),
    ).toMatchObject({
      seconds: 1_679_315_147,
    });
  });

  it("are eight bytes of time and 64 of signature, nothing else", () => {
    const signature = new Uint8Array(64).fill(3);
    const bytes = encodeCosignature({ seconds: 2 ** 40 + 5, signature });
    expect(bytes.subarray(0, 8)).toEqual(hex("0000010000000005"));
    expect(decodeCosignature(bytes)).toEqual({ seconds: 2 ** 40 + 5, signature });
    expect(decodeCosignature(bytes.subarray(1))).toBeUndefined();
    expect(decodeCosignature(Uint8Array.of(...bytes, 0))).toBeUndefined();
    expect(decodeCosignature(new Uint8Array(72).fill(255))).toBeUndefined();
    expect(() => encodeCosignature({ seconds: 1, signature: new Uint8Array(63) })).toThrow(
      RangeError,
    );
    expect(() => cosignatureMessage("x\n", 1.5)).toThrow(RangeError);
  });
});
