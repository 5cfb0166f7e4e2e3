import * as fc from "fast-check";
import { ed25519Signer, sha256Ed25519 as onNode } from "@scrip/signing";
import { sha256Ed25519 as inBrowser } from "@scrip/signing/browser";
import { describe, expect, it } from "vitest";
import { flip, hex, rfc8032 } from "./reference.ts";

const suites = [
  ["node", onNode],
  ["browser", inBrowser],
] as const;

/** The order of the base point, RFC 8032 §5.1, little endian. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

describe.each(suites)("the suite for %s", (_, suite) => {
  it("hashes with SHA-256", () => {
    expect(suite.hash(hex(""))).toEqual(
      hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    );
    expect(suite.hash(Buffer.from("abc"))).toEqual(
      hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    );
  });

  it.each(rfc8032)("accepts the signature of RFC 8032 over «$message»", (vector) => {
    const [publicKey, message] = [hex(vector.publicKey), hex(vector.message)];
    expect(suite.verify(publicKey, message, hex(vector.signature))).toBe(true);
  });

  it("refuses every flipped bit in key, message and signature", () => {
    for (const vector of rfc8032.slice(1, 3)) {
      const [key, message, signature] = [vector.publicKey, vector.message, vector.signature].map(
        hex,
      );
      if (key === undefined || message === undefined || signature === undefined) throw new Error();
      for (let bit = 0; bit < 512; bit += 5) {
        expect(suite.verify(key, message, flip(signature, bit))).toBe(false);
        expect(suite.verify(flip(key, bit % 256), message, signature)).toBe(false);
        expect(suite.verify(key, flip(message, bit % 8), signature)).toBe(false);
      }
    }
  });

  it("refuses a second spelling of the same signature (S + L), RFC 8032 §5.1.7", () => {
    for (const vector of rfc8032) {
      const signature = hex(vector.signature);
      let scalar = order;
      for (let at = 31; at >= 0; at--) scalar += BigInt(signature[32 + at] ?? 0) << BigInt(8 * at);
      const other = signature.map((byte, at) =>
        at < 32 ? byte : Number((scalar >> BigInt(8 * (at - 32))) & 0xffn),
      );
      expect(suite.verify(hex(vector.publicKey), hex(vector.message), other)).toBe(false);
    }
  });

  it("answers false, and does not throw, for what is no key or signature", () => {
    const [key, signature] = [new Uint8Array(32).fill(1), new Uint8Array(64)];
    expect(suite.verify(new Uint8Array(32).fill(255), hex("00"), signature)).toBe(false);
    expect(suite.verify(key, hex("00"), new Uint8Array(64).fill(255))).toBe(false);
    expect(suite.verify(key.subarray(1), hex("00"), signature)).toBe(false);
    expect(suite.verify(key, hex("00"), signature.subarray(1))).toBe(false);
    expect(suite.verify(hex(""), hex(""), hex(""))).toBe(false);
  });
});

describe("signing", () => {
  it.each(rfc8032)("gives the signature of RFC 8032 over «$message»", (vector) => {
    const signer = ed25519Signer("k", hex(vector.seed));
    expect(signer.publicKey).toEqual(hex(vector.publicKey));
    expect(signer.sign(hex(vector.message))).toEqual(hex(vector.signature));
  });

  it("is accepted by both suites, and both hash alike", () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seeds, fc.uint8Array({ maxLength: 300 }), (seed, message) => {
        const signer = ed25519Signer("k", seed);
        const signature = signer.sign(message);
        for (const [, suite] of suites) {
          expect(suite.verify(signer.publicKey, message, signature)).toBe(true);
        }
        expect(onNode.hash(message)).toEqual(inBrowser.hash(message));
      }),
      { numRuns: 50 },
    );
  });

  it("refuses a seed or a name that is none", () => {
    expect(() => ed25519Signer("k", new Uint8Array(31))).toThrow(RangeError);
    expect(() => ed25519Signer("a name", new Uint8Array(32))).toThrow(RangeError);
  });
});
