import { createHash } from "node:crypto";
import { batchId, cardId, opId, programId } from "@scrip/domain";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "@scrip/wire";
import {
  bigEndian,
  bindingCommitment,
  bodyHash,
  canonicalJson,
  chunkOpId,
  cloudEventHeaders,
  concat,
  equalBytes,
  eventNames,
  eventTypeOf,
  formatBatchId,
  formatCardId,
  formatEventId,
  formatOperationId,
  fromHex,
  legOpId,
  nextChain,
  opIdOf,
  parseBatchId,
  parseCardId,
  parseEventId,
  parseOperationId,
  programStart,
  streamStart,
  tagged,
  tags,
  terminated,
  toHex,
  utf8,
} from "@scrip/wire";

const hash = (data: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());
const hexOf = (...pieces: readonly (string | Buffer)[]): string =>
  createHash("sha256")
    .update(Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))))
    .digest("hex");
const bytesOf = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes) => Buffer.from(bytes).toString("hex"));

describe("bytes", () => {
  it("become hex and come back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(equalBytes(concat(bytes, Uint8Array.of(1)), concat(bytes, Uint8Array.of(2)))).toBe(
          false,
        );
      }),
    );
  });

  it.each(["0", "0g", "AB", "é0", "  "])("are not read from %j", (text) => {
    expect(() => fromHex(text)).toThrowError(RangeError);
  });

  it("of a tag end with a zero, and no text that something follows holds one", () => {
    expect(toHex(tagged("a", utf8("b"), utf8("c")))).toBe("61006263");
    expect(toHex(terminated("a"))).toBe("6100");
    expect(() => terminated("a\0b")).toThrowError(RangeError);
  });

  it("of a number are big-endian and must fit", () => {
    expect(toHex(bigEndian(258, 4))).toBe("00000102");
    for (const wrong of [-1, 1.5, 65_536])
      expect(() => bigEndian(wrong, 2)).toThrowError(RangeError);
  });

  it("of all tags differ", () => {
    expect(new Set(Object.values(tags)).size).toBe(Object.values(tags).length);
  });
});

describe("derived ids", () => {
  const parent = opId("ab".repeat(32));
  const parentBytes = Buffer.from(parent, "hex");

  it("are hashes under their tags", () => {
    expect(opIdOf(hash, "acme", "k 1")).toBe(hexOf("scrip/v1/operation\0acme\0k 1"));
    expect(chunkOpId(hash, parent, { shard: 3, chunk: 7 })).toBe(
      hexOf("scrip/v1/chunk\0", parentBytes, Buffer.from("000300000007", "hex")),
    );
    expect(legOpId(hash, parent, 2)).toBe(
      hexOf("scrip/v1/leg\0", parentBytes, Buffer.from("0002", "hex")),
    );
    expect(bodyHash(hash, '{"a":1}')).toBe(hexOf('scrip/v1/body\0{"a":1}'));
    expect(bodyHash(hash, "{}", "cd")).toBe(
      hexOf("scrip/v1/body\0", Buffer.from("cd", "hex"), "{}"),
    );
    expect(bindingCommitment(hash, "01".repeat(32), programId("gold"))).toBe(
      hexOf("scrip/v1/binding\0", Buffer.alloc(32, 1), "gold"),
    );
    expect(streamStart(hash, "a/b", 16)).toBe(
      hexOf("scrip/v1/stream\0a/b\0", Buffer.from("0010", "hex")),
    );
    expect(programStart(hash, programId("gold"))).toBe(hexOf("scrip/v1/program\0gold"));
    expect(nextChain(hash, "01".repeat(32), "02".repeat(32))).toBe(
      hexOf(Buffer.alloc(32, 1), Buffer.alloc(32, 2)),
    );
  });

  it("tell caller and key apart", () => {
    expect(opIdOf(hash, "acme", "1x")).not.toBe(opIdOf(hash, "acme1", "x"));
    expect(() => opIdOf(hash, "a\0b", "c")).toThrowError(RangeError);
    expect(() => nextChain(hash, "01", "02".repeat(32))).toThrowError(RangeError);
  });
});

describe("public ids", () => {
  it("are read back, and no other text is", () => {
    fc.assert(
      fc.property(bytesOf(20), bytesOf(16), bytesOf(32), (card, batch, event) => {
        expect(parseCardId(formatCardId(cardId(card)))).toBe(card);
        expect(parseBatchId(formatBatchId(batchId(batch)))).toBe(batch);
        expect(parseEventId(formatEventId(event))).toBe(event);
        for (const wrong of [
          card,
          `card_${card}0`,
          `CARD_${card}`,
          `batch_${card}`,
          `card_${card}\n`,
        ]) {
          expect(parseCardId(wrong)).toBeNull();
        }
      }),
    );
  });

  it("of operations carry kind and decision shard", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("wo", "rf", "pg", "bd"),
        fc.nat(255),
        bytesOf(32),
        (kind, decisionShard, op) => {
          const ref = { kind, decisionShard, opId: opId(op) };
          expect(parseOperationId(formatOperationId(ref))).toEqual(ref);
        },
      ),
    );
    expect(formatOperationId({ kind: "wo", decisionShard: 10, opId: opId("00".repeat(32)) })).toBe(
      `wo_0a${"00".repeat(32)}`,
    );
    expect(parseOperationId(`xx_0a${"00".repeat(32)}`)).toBeNull();
    expect(() =>
      formatOperationId({ kind: "wo", decisionShard: 256, opId: opId("00".repeat(32)) }),
    ).toThrowError(RangeError);
  });
});

describe("canonical JSON", () => {
  it("writes the order, numbers and strings of RFC 8785", () => {
    // RFC 8785 §3.2.3: names sorted by their UTF-16 code units, so the emoji comes before the presentation form.
    const names: Json = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const order = [...canonicalJson(names).matchAll(/:"([^"]+)"/g)].map(([, value]) => value);
    expect(order).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(canonicalJson({ b: [1, -0, null, true], a: 'x"\n\u001f' })).toBe(
      '{"a":"x\\"\\n\\u001f","b":[1,0,null,true]}',
    );
  });

  it("does not depend on the order of names, and keeps the value", () => {
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.maxSafeInteger(),
        fc.string({ unit: "binary" }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 5 }),
        fc.dictionary(fc.string({ unit: "binary" }), tie("value"), {
          maxKeys: 5,
          noNullPrototype: true,
        }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json, { noNullPrototype: true }), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([1.5, Number.NaN, 2 ** 53, "\udc00"])("does not write %s", (value) => {
    expect(() => canonicalJson({ value })).toThrowError(RangeError);
  });
});

describe("event names", () => {
  it("belong to one type each", () => {
    for (const [type, name] of Object.entries(eventNames)) expect(eventTypeOf(name)).toBe(type);
    expect(eventTypeOf("scrip.card.unknown.v1")).toBeNull();
    expect(new Set(Object.values(cloudEventHeaders)).size).toBe(
      Object.values(cloudEventHeaders).length,
    );
  });
});
