import { type Amount, type Card, least, type Standing, unit } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amountsOfCard,
  decodeCard,
  encodeCard,
  versionOfCard,
} from "../src/records/card-record.ts";
import { decodeKey, encodeKey, stampSeq } from "../src/records/key-record.ts";
import { opened, seal } from "../src/records/checksum.ts";
import { opKey } from "../src/records/keys.ts";
import { RecordReader } from "../src/records/record-reader.ts";
import { writer } from "../src/records/record-writer.ts";

const { cardIdIn, fullCard, opIdOf, outcomeOf, recordOf, walletIn } = storeGiven;
const id = cardIdIn(1, "a");

const amounts = fc.bigInt(0n, 2n ** 53n - 1n).map((value) => value as Amount);
const times = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const standings = fc.constantFrom<Standing>(
  { status: "ACTIVE" },
  { status: "SUSPENDED", reason: "SUSPICIOUS_ACTIVITY" },
  { status: "REPLACED", successor: cardIdIn(1, "b") },
);
const cards: fc.Arbitrary<Card> = fc
  .record({
    balance: amounts,
    held: amounts,
    faceValue: amounts,
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    lastAtMs: times,
    expiresAtMs: fc.option(times),
    standing: standings,
    unit: fc.constant(unit("PTS")),
    refundables: fc.nat({ max: 16 }).map((count) =>
      Array.from({ length: count }, (_, nth) => ({
        ...fullCard(id).refundables[0],
        opId: opIdOf(`sale ${nth}`),
      })),
    ),
    writtenOff: amounts,
    refunded: amounts,
  })
  .map(({ writtenOff, refunded, balance, held, ...card }) => {
    const sums = { ...fullCard(id).sums, writtenOff, refunded };
    return fullCard(id, { ...card, sums, balance, held: least(balance, held) } as Partial<Card>);
  });

describe("records of cards", () => {
  it("come back exactly as they were, and are cut short by nobody", () => {
    fc.assert(
      fc.property(cards, fc.boolean(), (card, bound) => {
        const record = recordOf(card, bound ? walletIn(1, "w") : null);
        const bytes = encodeCard(record);
        expect(decodeCard(bytes)).toEqual(record);
        expect(versionOfCard(bytes)).toBe(card.version);
        expect(amountsOfCard(bytes)).toMatchObject({ balance: card.balance, held: card.held });
        expect(() => decodeCard(bytes.subarray(0, -1))).toThrow(RangeError);
        expect(() => decodeCard(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(RangeError);
      }),
    );
  });

  it("are refused when they would not come back", () => {
    const card = fullCard(id);
    const sums = { ...card.sums, adjusted: 2n ** 63n };
    expect(() => encodeCard(recordOf({ ...card, sums }))).toThrow(RangeError);
    expect(() => encodeCard(recordOf(fullCard(id, { lastAtMs: 0.5 })))).toThrow(RangeError);
  });
});

describe("fields of a record", () => {
  it("come back beside each other, texts plain or not, short or long", () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: "binary", maxLength: 100 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.uint8Array({ maxLength: 40 }))), (fields) => {
        writer.start().byte(1);
        const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
        for (const [text, bytes] of fields) writer.text(text).hex(hexOf(bytes), bytes.length);
        const reader = new RecordReader(writer.finish());
        expect(reader.byte()).toBe(1);
        for (const [text, bytes] of fields)
          expect([reader.text(), reader.hex(bytes.length)]).toEqual([text, hexOf(bytes)]);
        reader.end();
      }),
    );
  });
});

describe("records of operation keys", () => {
  it("come back exactly as they were, whatever is answered", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 3_000 });
    const key = opIdOf("key");
    fc.assert(
      fc.property(texts, fc.boolean(), fc.nat({ max: 65_535 }), (answer, part, shard) => {
        const seq = part ? null : shard * 2 ** 32;
        const outcome = { ...outcomeOf(key, answer), ...(part ? { eventId: null } : {}), seq };
        const record = { shard, bodyHash: part ? null : opIdOf("body"), outcome };
        const bytes = encodeKey({ ...record, outcome: { ...outcome, seq: null } });
        stampSeq(bytes, seq);
        expect(bytes).toEqual(encodeKey(record));
        const place = opKey(key);
        expect(decodeKey(key, opened(place, seal(place, bytes)))).toEqual(record);
      }),
    );
  });
});
