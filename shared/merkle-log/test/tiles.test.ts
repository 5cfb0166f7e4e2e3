import * as fc from "fast-check";
import {
  MemoryTree,
  decodeBundle,
  encodeBundle,
  entriesPath,
  entryBytesMax,
  inclusionProof,
  inclusionSubtrees,
  parseTilePath,
  rootAt,
  sha256,
  tileBytes,
  tileExists,
  tileHashReader,
  tileOf,
  tilePath,
  tilesChanged,
  tilesNeeded,
} from "@scrip/merkle-log";
import type { Tile } from "@scrip/merkle-log";
import { describe, expect, it } from "vitest";
import { codeOf, leaves } from "./reference.ts";

const hashes = leaves(70_000);
const tree = new MemoryTree(sha256, hashes);
const paths = (tiles: readonly Tile[]): string[] => tiles.map(tilePath);

describe("tile paths", () => {
  it("write the index in groups of three digits", () => {
    const wide = { index: 1_234_067, width: 256 };
    expect(tilePath({ level: 3, ...wide })).toBe("/tile/3/x001/x234/067");
    expect(entriesPath({ index: 1_234_067, width: 8 })).toBe("/tile/entries/x001/x234/067.p/8");
    expect(tilePath({ level: 0, index: 0, width: 1 })).toBe("/tile/0/000.p/1");
    expect(tilePath({ level: 0, index: 999, width: 256 })).toBe("/tile/0/999");
    expect(tilePath({ level: 0, index: 1000, width: 256 })).toBe("/tile/0/x001/000");
  });

  it("are read back as what they name", () => {
    const tiles = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.oneof(fc.nat(2000), fc.nat(10 ** 9), fc.integer({ min: 0, max: 2 ** 45 - 1 })),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tiles, ({ level, index, width }) => {
        const hashTile = { kind: "hashes", level, index, width };
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual(hashTile);
        const bundle = { kind: "entries", index, width };
        expect(parseTilePath(entriesPath({ index, width }))).toEqual(bundle);
      }),
    );
  });

  it.each([
    "/tile/0/0",
    "/tile/0/00",
    "/tile/0/0000",
    "/tile/00/000",
    "/tile/01/000",
    "/tile/64/000",
    "/tile/-1/000",
    "/tile/0/x000/000",
    "/tile/0/x000/001",
    "/tile/0/001/000",
    "/tile/0/x001",
    "/tile/0/X001/000",
    "/tile/0/x001/x000/",
    "/tile/0/000.p/0",
    "/tile/0/000.p/01",
    "/tile/0/000.p/256",
    "/tile/0/000.p/999",
    "/tile/0/000.p",
    "/tile/0/000.p/",
    "/tile/0/000/",
    "/tile/0/000?x",
    "/tile/0/000\n",
    "tile/0/000",
    "/tile/8/0/000",
    "/tile/entries",
    "/tile/entries/0",
    "/tile/entries/x000/000",
    "/tile/0/x999/x999/x999/x999/x999/999",
    "/tile/0/x001/x999/x999/x999/x999/x999/999",
    "/checkpoint",
    "",
  ])("refuse %j", (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

describe("tiles of a growing log", () => {
  it("are those of the example in the specification", () => {
    const all = tilesChanged(0, 70_000);
    expect(all.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(paths(all).slice(273)).toEqual([
      "/tile/0/273.p/112",
      "/tile/1/000",
      "/tile/1/001.p/17",
      "/tile/2/000.p/1",
    ]);
    expect(paths(tilesChanged(0, 256))).toEqual(["/tile/0/000", "/tile/1/000.p/1"]);
  });

  it("change only at the right edge", () => {
    expect(tilesChanged(300, 300)).toEqual([]);
    expect(paths(tilesChanged(255, 256))).toEqual(["/tile/0/000", "/tile/1/000.p/1"]);
    expect(paths(tilesChanged(256, 257))).toEqual(["/tile/0/001.p/1"]);
    expect(paths(tilesChanged(300, 600))).toEqual([
      "/tile/0/001",
      "/tile/0/002.p/88",
      "/tile/1/000.p/2",
    ]);
    expect(() => tilesChanged(2, 1)).toThrow(RangeError);
  });

  it("exist at every past width and not before they are filled", () => {
    expect(tileExists({ level: 0, index: 273, width: 112 }, 70_000)).toBe(true);
    expect(tileExists({ level: 0, index: 273, width: 1 }, 70_000)).toBe(true);
    expect(tileExists({ level: 0, index: 273, width: 113 }, 70_000)).toBe(false);
    expect(tileExists({ level: 1, index: 1, width: 17 }, 70_000)).toBe(true);
    expect(tileExists({ level: 1, index: 1, width: 18 }, 70_000)).toBe(false);
    expect(tileExists({ level: 63, index: 0, width: 1 }, Number.MAX_SAFE_INTEGER)).toBe(false);
    expect(tileExists({ level: 6, index: 0, width: 31 }, Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});

describe("reading hashes from tiles", () => {
  // What a server keeps of the log at 70,000 entries, and nothing else.
  const stored = new Map(
    tilesChanged(0, 70_000).map((tile) => [tilePath(tile), tileBytes(tree.read, tile)]),
  );
  const readTile = (tile: Tile): Uint8Array | undefined => stored.get(tilePath(tile));
  const read = tileHashReader(sha256, { size: 70_000, readTile });

  it("gives every root and proof that the whole tree gives", () => {
    for (const size of [1, 2, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 70_000]) {
      expect(rootAt(sha256, read, size)).toEqual(rootAt(sha256, tree.read, size));
      const at = { index: Math.floor(size / 3), size };
      expect(inclusionProof(sha256, read, at)).toEqual(inclusionProof(sha256, tree.read, at));
    }
  });

  it("needs only the tiles it names", () => {
    const needed = tilesNeeded(inclusionSubtrees({ index: 300, size: 70_000 }), 70_000);
    expect(paths(needed).sort()).toEqual([
      "/tile/0/001",
      "/tile/0/273.p/112",
      "/tile/1/000",
      "/tile/1/001.p/17",
    ]);
  });

  it("names a tile that is missing or cut short", () => {
    const none = tileHashReader(sha256, { size: 300, readTile: () => undefined });
    expect(codeOf(() => none({ level: 0, index: 0 }))).toBe("PROOF_INVALID");
    const short = tileHashReader(sha256, { size: 300, readTile: () => new Uint8Array(31) });
    expect(() => short({ level: 0, index: 299 })).toThrow("/tile/0/001.p/44 has 31 bytes");
  });

  it("refuses a subtree the log does not have", () => {
    expect(() => tileOf({ level: 0, index: 300 }, 300)).toThrow(RangeError);
    expect(() => tileOf({ level: 9, index: 0 }, 511)).toThrow(RangeError);
    expect(tileOf({ level: 9, index: 0 }, 512)).toEqual({ level: 1, index: 0, width: 2 });
  });
});

describe("entry bundles", () => {
  it("hold any entries up to 65,535 bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 256 }), (entries) => {
        const bytes = encodeBundle(entries);
        expect(decodeBundle(bytes, entries.length)).toEqual(entries);
      }),
    );
    const longest = new Uint8Array(entryBytesMax).fill(7);
    expect(decodeBundle(encodeBundle([longest]), 1)).toEqual([longest]);
    expect(() => encodeBundle([new Uint8Array(entryBytesMax + 1)])).toThrow(RangeError);
  });

  it("write lengths big endian", () => {
    expect(encodeBundle([new Uint8Array(0), Uint8Array.of(9)])).toEqual(
      Uint8Array.of(0, 0, 0, 1, 9),
    );
  });

  it("are refused when cut short, too long or of another width", () => {
    const bytes = encodeBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeBundle(bytes.subarray(0, length), 2))).toBe("PROOF_INVALID");
    }
    expect(codeOf(() => decodeBundle(bytes, 1))).toBe("PROOF_INVALID");
    expect(codeOf(() => decodeBundle(bytes, 3))).toBe("PROOF_INVALID");
    expect(codeOf(() => decodeBundle(Uint8Array.of(...bytes, 0), 2))).toBe("PROOF_INVALID");
  });
});
