import fc from "fast-check";
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { bulkCardsPerEventMax, lotsPerWriteOffMax } from "@scrip/domain";
import { describe, expect, it } from "vitest";
import type { CborMap, CborValue, Entry, EventEntry } from "@scrip/wire";
import {
  WireError,
  batchSigningBytes,
  decodeCbor,
  decodeEntry,
  decodeEvent,
  encodeCbor,
  encodeEntry,
  entryBytesMax,
  eventBytesMax,
  kindOfEntry,
  partySigningBytes,
  partySignaturesMax,
  toHex,
} from "@scrip/wire";
import { entry, eventEntry, events } from "./entry-arbitraries.ts";
import { largest, sale } from "./samples.ts";

const theirs = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(encode(decode(bytes, { useMaps: true, strict: true }), rfc8949EncodeOptions));

/** The entry's map with some pairs changed; `undefined` takes one away. */
function altered(
  entry: Entry,
  pairs: readonly (readonly [number, CborValue | undefined])[],
): Uint8Array {
  const map = new Map(decodeCbor(encodeEntry(entry)) as CborMap);
  for (const [key, value] of pairs) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return encodeCbor(map);
}

const malformed = (path: string) =>
  expect.objectContaining({ name: "WireError", code: "ENTRY_MALFORMED", path });

describe("entry codec", () => {
  it("gives back every entry, in bytes that another library writes alike", () => {
    fc.assert(
      fc.property(entry, (entry) => {
        const bytes = encodeEntry(entry);
        expect(decodeEntry(bytes)).toEqual(entry);
        expect(kindOfEntry(bytes)).toBe(entry.kind);
        expect(toHex(theirs(bytes))).toBe(toHex(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(events))("gives back %s", (_type, event) => {
    fc.assert(
      fc.property(event, (event) => {
        const entry: EventEntry = {
          kind: "event",
          event,
          nonce: "00".repeat(16),
          partySignatures: [],
        };
        expect(decodeEvent(encodeEntry(entry))).toEqual(entry);
      }),
      { numRuns: 50 },
    );
  });

  it("takes no bytes that it would not have written", () => {
    let taken = 0;
    fc.assert(
      fc.property(entry, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, at, by) => {
        const bytes = encodeEntry(entry);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
        let read: Entry;
        try {
          read = decodeEntry(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        taken++;
        expect(toHex(encodeEntry(read))).toBe(toHex(bytes));
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it("takes no event cut short", () => {
    const bytes = encodeEntry(sale(1));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeEvent(bytes.subarray(0, length))).toThrowError(WireError);
    }
  });

  // The numbers are those of the format, said here once more on purpose.
  it.each<[string, [number, CborValue | undefined][], string]>([
    ["an unknown kind", [[0, 9]], ""],
    ["an unknown type", [[1, 63]], ""],
    ["a missing operation id", [[11, undefined]], ""],
    ["an unknown key", [[14, 1]], ""],
    ["a key of another type of event", [[8, "acme"]], ""],
    ["an operation id of 31 bytes", [[11, new Uint8Array(31)]], "opId"],
    ["a time as text", [[4, "now"]], "atMs"],
    ["a time below zero", [[4, -1]], "atMs"],
    ["a time beyond the year 9999", [[4, 253_402_300_800_000]], "atMs"],
    ["a program version of 0", [[10, 0]], "programVersion"],
    ["a name with a capital", [[6, "Store-330"]], "actor"],
    ["an empty name", [[7, ""]], "acceptor"],
    ["an empty list of signatures", [[13, []]], ""],
    ["a business time of null", [[5, null]], "businessAtMs"],
    ["no card", [[2, []]], "subjects"],
    ["a card id of 19 bytes", [[2, [[new Uint8Array(19), 1]]]], "subjects"],
    ["a card version of 0", [[2, [[new Uint8Array(20), 0]]]], "subjects"],
    ["a card without its amounts", [[3, new Map([[1, []]])]], "body.after"],
    ["a card with amounts below zero", [[3, new Map([[1, [[-1, 0, 0]]]])]], "body.after"],
    ["an amount above 2^53-1", [[3, new Map([[1, [[2n ** 53n, 0, 0]]]])]], "body.after"],
    [
      "two amounts for one card",
      [
        [
          3,
          new Map([
            [
              1,
              [
                [1, 0, 0],
                [1, 0, 0],
              ],
            ],
          ]),
        ],
      ],
      "",
    ],
  ])("refuses %s", (_what, pairs, path) => {
    expect(() => decodeEntry(altered(sale(1), pairs))).toThrowError(malformed(path));
  });

  it("reads only events as events", () => {
    const seal = encodeEntry(largest.seal);
    expect(decodeEntry(seal).kind).toBe("seal");
    expect(() => decodeEvent(seal)).toThrowError(malformed(""));
  });

  it("does not write what it would not read", () => {
    const { event } = sale(1);
    const wrong: EventEntry[] = [
      { ...sale(1), nonce: "00" },
      { ...sale(1), nonce: "AB".repeat(16) },
      { ...sale(1), event: { ...event, atMs: -1 } },
      { ...sale(1), event: { ...event, cards: [] } },
      sale(lotsPerWriteOffMax + 1),
    ];
    for (const entry of wrong) expect(() => encodeEntry(entry)).toThrowError(RangeError);
    expect(decodeEvent(encodeEntry(sale(1)))).toEqual(sale(1));
  });

  it("says a batch's program and time once, and does not write two that differ", () => {
    const [made] = fc.sample(events.BatchCreated, { numRuns: 1, seed: 1 });
    if (made?.type !== "BatchCreated") throw new Error("no batch");
    const entry: EventEntry = {
      kind: "event",
      event: made,
      nonce: "00".repeat(16),
      partySignatures: [],
    };
    expect(decodeEvent(encodeEntry(entry))).toEqual(entry);
    for (const twice of [
      { generated: 1 },
      { createdAtMs: made.atMs + 1 },
      { programVersion: made.programVersion + 1 },
    ]) {
      const lie = { ...entry, event: { ...made, batch: { ...made.batch, ...twice } } };
      expect(() => encodeEntry(lie)).toThrowError(RangeError);
    }
  });
});

describe("limits of entries", () => {
  it("lets the largest events of every kind fit, all signatures included", () => {
    expect(largest.bulk.event).toHaveProperty("cards.length", bulkCardsPerEventMax);
    expect(largest.sale.event).toHaveProperty("cards.length", lotsPerWriteOffMax);
    expect(largest.bulk.partySignatures).toHaveLength(partySignaturesMax);
    for (const entry of [largest.bulk, largest.sale, largest.refund]) {
      expect(encodeEntry(entry).length).toBeLessThanOrEqual(eventBytesMax);
    }
  });

  it("lets the rejection of any event fit", () => {
    const event = new Uint8Array(eventBytesMax);
    const bytes = encodeEntry({ kind: "rejection", event, reason: "PARTICIPANT_ALREADY_EXISTS" });
    expect(bytes.length).toBeLessThanOrEqual(entryBytesMax);
    expect(decodeEntry(bytes)).toEqual({
      kind: "rejection",
      event,
      reason: "PARTICIPANT_ALREADY_EXISTS",
    });
  });

  it("lets the largest genesis and seal fit", () => {
    expect(encodeEntry(largest.genesis).length).toBeLessThanOrEqual(entryBytesMax);
    expect(encodeEntry(largest.seal).length).toBeLessThanOrEqual(entryBytesMax);
  });
});

describe("totals", () => {
  const seal = (loaded: bigint) => ({
    ...largest.seal,
    totals: { ...largest.seal.totals, loaded },
  });

  it("are integers as far as those reach, and 16 bytes beyond", () => {
    for (const loaded of [2n ** 64n - 1n, -(2n ** 64n)])
      expect(decodeEntry(encodeEntry(seal(loaded)))).toEqual(seal(loaded));
    const wide = encodeEntry(seal(2n ** 64n));
    expect(toHex(wide)).toContain("8a5000000000000000010000000000000000");
    expect(decodeEntry(wide)).toEqual(seal(2n ** 64n));
    const most = seal(2n ** 127n - 1n);
    expect(decodeEntry(encodeEntry(most))).toEqual(most);
    expect(() => encodeEntry(seal(2n ** 127n))).toThrowError(RangeError);
  });

  it("are not taken in more bytes than they need", () => {
    const wide = toHex(encodeEntry(seal(2n ** 64n)));
    const loose = wide.replace(`8a50${"00".repeat(7)}01`, `8a50${"00".repeat(8)}`);
    expect(() => decodeEntry(Buffer.from(loose, "hex"))).toThrowError(malformed("totals"));
  });
});

describe("what is signed", () => {
  const header = { shard: 3, epoch: 1, fromSeq: 500, chainBefore: "11".repeat(32), count: 2 };
  const root = new Uint8Array(32).fill(7);

  it("binds a batch to its chain, every field of its header and its events", () => {
    const messages = [
      batchSigningBytes("scrip.example/main", header, root),
      batchSigningBytes("scrip.example/mai", header, root),
      batchSigningBytes("scrip.example/main", header, new Uint8Array(32)),
      ...[
        { shard: 4 },
        { epoch: 2 },
        { fromSeq: 501 },
        { chainBefore: "22".repeat(32) },
        { count: 3 },
      ].map((other) => batchSigningBytes("scrip.example/main", { ...header, ...other }, root)),
    ].map((bytes) => toHex(bytes));
    expect(new Set(messages).size).toBe(messages.length);
  });

  it("lets a party sign the event alone, whoever else signs", () => {
    fc.assert(
      fc.property(eventEntry, (entry) => {
        const alone = { ...entry, partySignatures: [] };
        const message = toHex(partySigningBytes("scrip.example/main", entry));
        expect(message).toBe(toHex(partySigningBytes("scrip.example/main", alone)));
        expect(message.endsWith(toHex(encodeEntry(alone)))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
