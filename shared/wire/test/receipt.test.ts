import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logByLine, logOfReceipts, readLogBy, receiptOrigin } from "../src/index.ts";

const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe("a receipt's checkpoint", () => {
  it("has the origin of its log's receipts, and tells the log from it", () => {
    expect(receiptOrigin("scrip.example/main")).toBe("scrip.example/main/receipts");
    expect(logOfReceipts("scrip.example/main/receipts")).toBe("scrip.example/main");
    for (const other of ["scrip.example/main", "scrip.example/main/receipts/", "receipts", ""]) {
      expect(logOfReceipts(other)).toBeUndefined();
    }
  });

  it("says by when in one line, and the line says nothing else", () => {
    expect(logByLine(1_700_000_060_000)).toBe("logBy 2023-11-14T22:14:20Z");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: latestMs }), (ms) => {
        expect(readLogBy([logByLine(ms)])).toBe(ms);
      }),
    );
    const line = logByLine(0);
    for (const lines of [[], [line, line], ["", line], [`${line} `], [` ${line}`], ["logBy"]]) {
      expect(readLogBy(lines)).toBeUndefined();
    }
  });
});
