import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { decodeEntry, decodeEvent, encodeEntry } from "@scrip/wire";
import { eventEntry } from "./arbitraries.ts";

const recoded = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(encode(decode(bytes, { useMaps: true, strict: true }), rfc8949EncodeOptions));

describe("event codec", () => {
  it("gives back every event, in bytes that another library writes alike", () => {
    fc.assert(
      fc.property(eventEntry, (entry) => {
        const bytes = encodeEntry(entry);
        expect(decodeEvent(bytes)).toEqual(entry);
        expect(decodeEntry(bytes)).toEqual(entry);
        expect(recoded(bytes)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
