import type { CardId } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../src/records/byte-writer.ts";
import { decodeCard, encodeCard } from "../src/records/card-record.ts";
import { decodeDue, encodeDue } from "../src/records/due-members.ts";
import {
  decodeOutcome,
  decodePointer,
  encodeKept,
  encodePointer,
} from "../src/records/key-records.ts";
import { Packer } from "../src/records/packer.ts";

const { cardIdIn, fullCard, opIdOf, outcomeOf, recordOf, walletIn } = storeGiven;
const id = cardIdIn(1, "a");
const times = fc.nat({ max: Number.MAX_SAFE_INTEGER });
/** The ledger knows times up to the year 9999. */
const ledgerTimes = fc.nat({ max: 253_402_300_799_999 });
const hexOf = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all) => Buffer.from(all).toString("hex"));

describe("records of cards on Redis", () => {
  it("come back exactly as they were, and are cut short by nobody", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 53 - 1 }),
        ledgerTimes,
        fc.boolean(),
        (version, lastAtMs, bound) => {
          const record = recordOf(
            fullCard(id, { version, lastAtMs }),
            bound ? walletIn(1, "w") : null,
          );
          const bytes = encodeCard(record);
          expect(decodeCard(bytes)).toEqual(record);
          expect(() => decodeCard(bytes.subarray(0, -1))).toThrow(Error);
          expect(() => decodeCard(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(Error);
        },
      ),
    );
  });

  it("are not believed when their version is not the card's", () => {
    const bytes = encodeCard(recordOf(fullCard(id)));
    bytes.writeDoubleBE(2, 0);
    expect(() => decodeCard(bytes)).toThrow("two versions");
  });

  it("are refused when they would not come back", () => {
    const record = recordOf(fullCard(id));
    for (const wrong of [
      { ...record, walletId: "AB".repeat(20) },
      { ...record, nonce: "00" },
      recordOf(fullCard(id, { lastAtMs: 0.5 })),
      recordOf(fullCard("no hex" as CardId)),
    ])
      expect(() => encodeCard(wrong)).toThrow(RangeError);
  });
});

describe("records of operation keys on Redis", () => {
  it("come back exactly as they were, whatever is answered", () => {
    const answers = fc.string({ unit: "grapheme", maxLength: 3_000 });
    const seqs = fc.option(times);
    fc.assert(
      fc.property(answers, fc.boolean(), seqs, hexOf(32), (answer, part, seq, opId) => {
        const outcome = {
          ...outcomeOf(opIdOf(opId), answer),
          ...(part ? { eventId: null } : {}),
          seq,
        };
        expect(decodeOutcome(outcome.opId, encodeKept(outcome))).toEqual(outcome);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 65_535 }), fc.option(hexOf(32)), (decisionShard, bodyHash) => {
        const pointer = { decisionShard, bodyHash };
        expect(decodePointer(encodePointer(pointer))).toEqual(pointer);
      }),
    );
  });
});

describe("entries of the due index on Redis", () => {
  it("come back as they were, and sort by their time first", () => {
    const entry = fc
      .tuple(times, fc.boolean(), hexOf(20), hexOf(32))
      .map(([dueAtMs, card, cardId, opId]) =>
        card
          ? ({ dueAtMs, kind: "CARD", id: cardId as CardId } as const)
          : ({ dueAtMs, kind: "OPERATION", id: opIdOf(opId) } as const),
      );
    fc.assert(
      fc.property(entry, entry, (one, other) => {
        const [first, second] = [encodeDue(one), encodeDue(other)];
        expect(decodeDue(first)).toEqual(one);
        if (one.dueAtMs < other.dueAtMs) expect(first.compare(second)).toBe(-1);
      }),
    );
    expect(() => encodeDue({ dueAtMs: -1, kind: "CARD", id })).toThrow(RangeError);
  });
});

describe("what a function is called with", () => {
  it("grows with what is written, and refuses what is no hex", () => {
    const [writer, packer] = [new ByteWriter(), new Packer()];
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 20 }), (all) => {
        writer.start();
        for (const bytes of all) writer.bytes(bytes);
        expect(writer.finish()).toEqual(Buffer.concat(all));
      }),
      { numRuns: 30 },
    );
    for (const text of ["AA", "0", "zz", "000"])
      expect(() => packer.start().hex(text, 1)).toThrow(RangeError);
  });
});
