import { describe, expect, it } from "vitest";
import { beginning, readNote, writeNote } from "../src/subscription/positions.ts";

const held = { low: 10, high: 50 };

describe("where to begin with a shard", () => {
  it("believes an offset with our note that the topic still holds", () => {
    for (const offset of [10, 30, 50]) {
      expect(beginning({ offset, nextSeq: 7 }, held)).toEqual({ from: null, missing: null });
    }
  });

  it.each([
    ["nothing was committed", { offset: null, nextSeq: null }, null, 0],
    ["someone else moved it to the end", { offset: 50, nextSeq: null }, 10, 0],
    ["the topic dropped what was next", { offset: 9, nextSeq: 7 }, 10, 7],
    ["the topic lost what it had", { offset: 51, nextSeq: 7 }, 10, 7],
  ])("asks for events when %s", (_, committed, from, fromSeq) => {
    expect(beginning(committed, held)).toMatchObject({ from, missing: { fromSeq } });
  });

  it("knows its own notes", () => {
    expect(readNote(writeNote(0))).toBe(0);
    expect(readNote(writeNote(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
    for (const other of [null, "", "next=", "next=-1", "next=1.5", "7", "next=99999999999999999"]) {
      expect(readNote(other)).toBeNull();
    }
  });
});
