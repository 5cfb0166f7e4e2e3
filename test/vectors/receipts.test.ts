import { readFileSync } from "node:fs";
import { describeClaim, verifyFile } from "@scrip/client";
import { leafHash } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { sha256Ed25519 as inBrowser } from "@scrip/signing/browser";
import { formatEventId, fromHex, toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { receiptVectors, receiptVectorsFile } from "./generate-receipts.ts";

type ReceiptVectors = Awaited<ReturnType<typeof receiptVectors>>;

const committed: ReceiptVectors = JSON.parse(readFileSync(receiptVectorsFile, "utf8"));
const { policy, origin, logWithinMs } = committed;

describe("the vectors of receipts", () => {
  it("are what the signer gives today", async () => {
    expect(await receiptVectors()).toEqual(committed);
  });

  it("hold for their own events, on Node and in the browser", () => {
    for (const group of committed.groups) {
      const logByMs = Math.min(...group.map(({ atMs }) => atMs)) + logWithinMs;
      for (const { entry, eventId, receipt } of group) {
        expect(toHex(leafHash(sha256Ed25519.hash, fromHex(entry)))).toBe(eventId);
        for (const suite of [sha256Ed25519, inBrowser]) {
          const given = { file: receipt, policy, suite, nowMs: logByMs - 1 };
          const claim = verifyFile({ ...given, entry: fromHex(entry) });
          expect(claim).toMatchObject({ kind: "receipt", origin, eventId, logByMs, due: false });
          expect(describeClaim(claim)[0]).toContain(`${formatEventId(eventId)} is PROMISED`);
          expect(() => verifyFile({ ...given, committed: true })).toThrow(/PROOF_INVALID/);
        }
      }
    }
  });

  it("share one signature in a group", () => {
    const signed = committed.groups.map((group) => group.map((one) => one.receipt.split("\n\n")[2]));
    expect(signed.map((lines) => new Set(lines).size)).toEqual([1, 1]);
  });
});
