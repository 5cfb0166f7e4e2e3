import { leafHash, sha256 } from "@scrip/merkle-log";
import { testReceiptKey } from "@scrip/testing";
import { bigEndian, toHex } from "@scrip/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReceiptSigner, receiptBatchMax, receiptSpreadMaxMs } from "../../src/index.ts";
import { opened } from "./opened.ts";

const logOrigin = "scrip.example/receipts-test";
const logWithinMs = 60_000;
const startMs = Date.UTC(2026, 0, 1);

/** A signer whose turns are taken by hand. */
function given() {
  const key = testReceiptKey(logOrigin);
  const turns: (() => void)[] = [];
  const soon = (work: () => void) => void turns.push(work);
  const signer = new ReceiptSigner({ hash: sha256, logOrigin, signer: key, logWithinMs, soon });
  const turn = () => {
    for (const work of turns.splice(0)) work();
  };
  return { key, signer, turn, turns };
}

let made = 0;
function entryAt(atMs: number) {
  const bytes = bigEndian((made += 1), 8);
  return { bytes, eventId: toHex(leafHash(sha256, bytes)), atMs };
}

describe("a signer of receipts", () => {
  it("signs everything of one turn once, each with its own entry in it", async () => {
    const { key, signer, turn } = given();
    const entries = Array.from({ length: 9 }, (_, nth) => entryAt(startMs + (nth % 3)));
    const asked = entries.map((entry) => signer.sign(entry));
    expect(key.signatures).toBe(0);
    turn();
    expect(key.signatures).toBe(1);
    const said = (await Promise.all(asked)).map((receipt) => opened(receipt, key.publicKey));
    expect(said.map(({ eventId }) => eventId)).toEqual(entries.map(({ eventId }) => eventId));
    for (const { origin, size, logByMs } of said) {
      expect({ origin, size }).toEqual({ origin: `${logOrigin}/receipts`, size: 9 });
      expect(logByMs).toBe(startMs + logWithinMs);
    }
  });

  it("signs again for whoever asks in the next turn, and nothing in a turn without anybody", async () => {
    const { key, signer, turn, turns } = given();
    const first = signer.sign(entryAt(startMs));
    turn();
    expect(turns).toEqual([]);
    const second = signer.sign(entryAt(startMs));
    turn();
    turn();
    expect(key.signatures).toBe(2);
    const signatures = (await Promise.all([first, second])).map(
      (receipt) => opened(receipt, key.publicKey).signature,
    );
    expect(new Set(signatures).size).toBe(2);
  });

  it("lets nobody wait for a turn once a signature is full", async () => {
    const { key, signer, turn } = given();
    const asked = Array.from({ length: receiptBatchMax + 1 }, () => signer.sign(entryAt(startMs)));
    expect(key.signatures).toBe(1);
    expect(opened(await asked[0], key.publicKey).size).toBe(receiptBatchMax);
    turn();
    expect(key.signatures).toBe(2);
    expect(opened(await asked[receiptBatchMax], key.publicKey).size).toBe(1);
  });

  it("promises each entry no later than its own time allows, and hardly earlier", async () => {
    const gap = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 100_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(gap, { minLength: 1, maxLength: 40 }), async (gaps) => {
        const { key, signer, turn } = given();
        const entries = gaps.map((ms) => entryAt(startMs + ms));
        const asked = entries.map((entry) => signer.sign(entry));
        turn();
        const said = (await Promise.all(asked)).map((one) => opened(one, key.publicKey));
        for (const [nth, { atMs, eventId }] of entries.entries()) {
          const dueMs = atMs + logWithinMs;
          expect(said[nth]?.eventId).toBe(eventId);
          expect(said[nth]?.logByMs).toBeLessThanOrEqual(dueMs);
          expect(said[nth]?.logByMs).toBeGreaterThanOrEqual(dueMs - receiptSpreadMaxMs);
        }
        expect(new Set(said.map(({ signature }) => signature)).size).toBe(key.signatures);
      }),
      { numRuns: 50 },
    );
  });

  it("tells everyone of a group that the signing failed, and goes on with the next", async () => {
    const key = testReceiptKey(logOrigin);
    const broken = { name: key.name, algorithm: key.algorithm, publicKey: key.publicKey };
    let fails = true;
    const sign = (message: Uint8Array): Uint8Array => {
      if (fails) throw new Error("the key is gone");
      return key.sign(message);
    };
    const wiring = { hash: sha256, logOrigin, logWithinMs, signer: { ...broken, sign } };
    const signer = new ReceiptSigner(wiring);
    const failed = [signer.sign(entryAt(startMs)), signer.sign(entryAt(startMs))];
    const results = await Promise.allSettled(failed);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    fails = false;
    expect(opened(await signer.sign(entryAt(startMs)), key.publicKey).size).toBe(1);
  });

  it("refuses a key that is not named as receipts of its log are", () => {
    for (const name of ["scrip.example/other", `${logOrigin}/receipts`]) {
      const signer = testReceiptKey(name);
      const wiring = { hash: sha256, logOrigin, signer, logWithinMs };
      expect(() => new ReceiptSigner(wiring)).toThrow(RangeError);
    }
  });
});
