import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  halvesHash,
  mapKey,
  privateHalfHash,
  publicHalfValueHash,
  verifyMapProof,
  MapProofError,
} from "../src/index.ts";
import { apply, newMap } from "./opened-map.ts";
import { sha256 } from "./sha256.ts";

const tag = Buffer.from("scrip/v1/state\0");
const halves = fc.record({
  publicBytes: fc.uint8Array(),
  blind: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  privateBytes: fc.uint8Array(),
});

describe("a state in two halves", () => {
  it("hashes as it is defined, and the public half alone gives the same hash", () => {
    fc.assert(
      fc.property(halves, (state) => {
        const { publicBytes, blind, privateBytes } = state;
        const privateHash = sha256(Buffer.concat([blind, privateBytes]));
        const expected = sha256(Buffer.concat([tag, sha256(publicBytes), privateHash]));
        expect(halvesHash(sha256, tag, state)).toEqual(expected);
        expect(privateHalfHash(sha256, state)).toEqual(privateHash);
        expect(publicHalfValueHash(sha256, tag, { publicBytes, privateHash })).toEqual(expected);
      }),
    );
  });

  it("is proven by its public half, and by no other public bytes", () => {
    fc.assert(
      fc.property(halves, fc.uint8Array(), (state, otherBytes) => {
        fc.pre(Buffer.compare(state.publicBytes, otherBytes) !== 0);
        const opened = newMap(2);
        const key = mapKey(sha256, tag, Uint8Array.of(1));
        apply(opened, [{ key, valueHash: halvesHash(sha256, tag, state) }]);
        const proof = opened.map.prove(key);
        const privateHash = privateHalfHash(sha256, state);
        const claim = (publicBytes: Uint8Array) => ({
          root: opened.map.root,
          key,
          valueHash: publicHalfValueHash(sha256, tag, { publicBytes, privateHash }),
        });
        verifyMapProof(sha256, claim(state.publicBytes), proof);
        expect(() => verifyMapProof(sha256, claim(otherBytes), proof)).toThrow(MapProofError);
      }),
    );
  });

  it("needs a blind of 32 bytes, or the private half could begin in it", () => {
    const state = { publicBytes: tag, blind: tag, privateBytes: tag };
    expect(() => halvesHash(sha256, tag, state)).toThrow(RangeError);
    const half = { publicBytes: tag, privateHash: tag };
    expect(() => publicHalfValueHash(sha256, tag, half)).toThrow(RangeError);
  });
});
