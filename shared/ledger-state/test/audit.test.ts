import type { CardId } from "@scrip/domain";
import { parseNote } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore, testChain } from "@scrip/testing";
import { decodeLeaf, formatCardId, leafKey } from "@scrip/wire";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  auditLedger,
  type AuditedLedger,
  type AuditProgress,
  type Finding,
  Follower,
  type LedgerCopy,
} from "../src/index.ts";
import { cosigned, LocalLedger, policyOf } from "./local-ledger.ts";

const flipped = (bytes: Uint8Array, at = bytes.length >> 1, bit = 1): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ bit;
  return copy;
};

describe("an audit of a copy of the ledger", () => {
  let ledger: LocalLedger;
  let disk: MemoryDisk;
  let copy: LedgerCopy;

  beforeAll(async () => {
    ledger = await LocalLedger.start(testChain());
    const { acts } = ledger.chain;
    acts.open(200);
    await ledger.drain();
    const cards = acts.stock(160);
    await ledger.drain(20);
    // A batch for each sale: enough entries for a second level of tiles, in few blocks.
    for (const part of [cards.slice(0, 5), cards.slice(5, 150), cards.slice(150, 155)]) {
      for (const card of part) acts.spendCard(card as CardId, 700);
      await ledger.drain(1);
    }
    disk = new MemoryDisk();
    const store = new MemoryFollowerStore(disk);
    const origin = ledger.chain.genesis.chainId;
    const policy = policyOf(ledger.chain);
    const follower = await Follower.open({ store, suite: sha256Ed25519, origin, policy });
    for (const block of ledger.blocks) await follower.take(block);
    copy = {
      meta: () => store.meta(),
      size: () => store.size(),
      leaf: (key) => store.leaf(key),
      bucket: (bucket) => store.bucket(bucket),
      tile: (level, index) => store.tile(level, index),
      entries: (from, count) => store.entries(from, count),
      blocks: (from, limit) => store.blocks(from, limit),
      checkpoint: (size) => store.checkpoint(size),
      indexOfEvent: (eventId) => store.indexOfEvent(eventId),
      indexOfOperation: (opId) => store.indexOfOperation(opId),
      history: (cardId, after, limit) => store.history(cardId, after, limit),
      controlEvents: (after, limit) => store.controlEvents(after, limit),
      listed: (list, after, limit) => store.listed(list, after, limit),
      lookupCounts: () => store.lookupCounts(),
    };
  });

  function audit(
    changes: Partial<LedgerCopy> = {},
    indexed = true,
  ): { readonly found: Finding[]; readonly audited: AuditedLedger } {
    const found: Finding[] = [];
    const audited = auditLedger({
      copy: { ...copy, ...changes },
      suite: sha256Ed25519,
      origin: ledger.chain.genesis.chainId,
      policy: policyOf(ledger.chain),
      indexed,
      onFinding: (finding) => found.push(finding),
    });
    return { found, audited };
  }

  const withEntry = (at: number, bytes: Uint8Array): Partial<LedgerCopy> => ({
    entries: (from, count) =>
      copy.entries(from, count).map((entry, step) => (from + step === at ? bytes : entry)),
  });
  const entry = (at: number): Uint8Array => copy.entries(at, 1)[0] ?? new Uint8Array(0);
  const withTile = (level: number, index: number, change: (bytes: Uint8Array) => Uint8Array) => ({
    tile: (l: number, i: number): Uint8Array | undefined => {
      const bytes = copy.tile(l, i);
      return bytes && l === level && i === index ? change(bytes) : bytes;
    },
  });

  it("finds nothing where nothing is wrong, and says what it looked at", () => {
    const { found, audited } = audit();
    expect(found).toEqual([]);
    expect(audited).toMatchObject({
      entries: copy.size(),
      signedSize: copy.size(),
      height: ledger.state.height,
      cards: 160,
      leaves: disk.leaves.size,
      cosignedBy: ["v0", "v1", "v2", "v3"],
    });
    expect(audited.heads.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 4]);
    // The tree has a second level of tiles here.
    expect(copy.tile(1, 0)).toBeDefined();
  });

  it("says now and then how far it is", () => {
    const heard: AuditProgress[] = [];
    auditLedger({
      copy: { ...copy, size: () => copy.size() },
      suite: sha256Ed25519,
      origin: ledger.chain.genesis.chainId,
      policy: policyOf(ledger.chain),
      indexed: true,
      onFinding: () => undefined,
      onProgress: (progress) => heard.push(progress),
    });
    expect(heard.every(({ done, total }) => done <= total)).toBe(true);
  });

  it("names an entry that is spoiled, though its tile is not", () => {
    const at = 300;
    const { found } = audit(withEntry(at, flipped(entry(at))));
    expect(found).toContainEqual({
      part: "ENTRY",
      at: `entry ${at}`,
      what: "it does not hash to hash 44 of tile 0/001, which the quorum has signed",
    });
    expect(found.filter(({ part }) => part === "TILE")).toEqual([]);
  });

  it("names a tile that is spoiled, though its entry is not", () => {
    const { found } = audit(withTile(0, 1, (bytes) => flipped(bytes, 44 * 32)));
    expect(found).toEqual([
      { part: "TILE", at: "tile 0/001", what: "hash 44 of tile 0/001 is not that of entry 300" },
    ]);
  });

  it("names a tile of a higher level", () => {
    const { found } = audit(withTile(1, 0, (bytes) => flipped(bytes, 10)));
    expect(found).toEqual([
      { part: "TILE", at: "tile 1/000", what: "hash 0 is not that of tile 0/000" },
    ]);
  });

  it("names what is missing", () => {
    const short = audit(withTile(0, 0, (bytes) => bytes.subarray(0, 255 * 32))).found;
    expect(short).toEqual([{ part: "TILE", at: "tile 0/000", what: "hash 255 is missing" }]);
    const entries = audit({
      entries: (from, count) => (from < 5 ? copy.entries(from, count) : []),
    });
    expect(entries.found).toContainEqual(
      expect.objectContaining({ part: "ENTRY", what: "it is missing" }),
    );
    expect(audit({ meta: () => undefined }).found).toEqual([
      { part: "META", at: "meta record", what: "it is missing" },
    ]);
    expect(audit({ leaf: () => undefined }).found).toHaveLength(disk.leaves.size);
    expect(audit({ checkpoint: () => undefined }).found).toEqual([
      { part: "CHECKPOINT", at: "checkpoint", what: "there is none" },
    ]);
  });

  it("names the card whose state is spoiled", () => {
    const cardId = ledger.chain.acts.writeOffs[0]?.cards[0] as CardId;
    const spoiled = Buffer.from(leafKey(sha256Ed25519.hash, "card", cardId));
    const { found } = audit({
      leaf: (key) => {
        const bytes = copy.leaf(key);
        if (bytes === undefined || !spoiled.equals(key)) return bytes;
        // In the id of its last event, which any other bytes could be.
        const last = Buffer.from(decodeLeaf("card", bytes).lastEventId, "hex");
        return flipped(bytes, Buffer.from(bytes).indexOf(last) + 7);
      },
    });
    const what = "its state does not hash to what the map has";
    expect(found).toEqual([{ part: "LEAF", at: formatCardId(cardId), what }]);
  });

  it("names a bucket of the map, whichever byte of it is spoiled", () => {
    const all = [...disk.buckets].map(([bucket, bytes]) => ({ bucket, bytes }));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 7 }), (nth, place, bit) => {
        const { bucket, bytes } = all[nth % all.length] ?? { bucket: 0, bytes: new Uint8Array(1) };
        const spoiled = flipped(bytes, place % bytes.length, 1 << bit);
        const { found } = audit({
          bucket: (number) => (number === bucket ? spoiled : copy.bucket(number)),
        });
        expect(found).toContainEqual(
          expect.objectContaining({ part: "BUCKET", at: `bucket ${bucket}` }),
        );
      }),
      { numRuns: 10 },
    );
  });

  it("names a meta record of a map that is deeper than any", () => {
    const depthAt = 17;
    const deeper = (bytes: Uint8Array) => flipped(bytes, depthAt, 0x80);
    const meta = copy.meta();
    const { found } = audit({ meta: () => meta && deeper(meta) });
    expect(found).toContainEqual(
      expect.objectContaining({
        part: "META",
        what: expect.stringMatching(/a map depth of 1\d\d/),
      }),
    );
  });

  it("finds a bit turned over in any entry, tile, state or in the meta record", () => {
    const places = fc.tuple(
      fc.constantFrom("entry", "tile", "leaf", "meta"),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
    );
    fc.assert(
      fc.property(places, ([kind, nth, place, bit]) => {
        const flip = (bytes: Uint8Array) => flipped(bytes, place % bytes.length, 1 << bit);
        const { found } = audit(spoiling(kind, nth, flip));
        expect(found.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });

  function spoiling(
    kind: string,
    nth: number,
    flip: (bytes: Uint8Array) => Uint8Array,
  ): Partial<LedgerCopy> {
    const at = nth % copy.size();
    if (kind === "entry") return withEntry(at, flip(entry(at)));
    if (kind === "tile") return withTile(0, Math.floor(at / 256), flip);
    const meta = copy.meta();
    if (kind === "meta") return { meta: () => meta && flip(meta) };
    const keys = [...disk.leaves.keys()];
    const chosen = keys[nth % keys.length];
    return {
      leaf: (key) => {
        const bytes = copy.leaf(key);
        return bytes && Buffer.from(key).toString("hex") === chosen ? flip(bytes) : bytes;
      },
    };
  }

  it("believes no checkpoint below the quorum, of another root or of another size", () => {
    const { chain } = ledger;
    const { size, root } = { size: copy.size(), root: ledger.newest.root };
    const two = chain.validators.slice(0, 2);
    const cases: readonly (readonly [string, RegExp])[] = [
      [cosigned(chain, { size, root }, two), /QUORUM_NOT_MET/],
      [cosigned(chain, { size, root: flipped(root) }), /neither entries nor tiles/],
      [cosigned(chain, { size: size - 1, root }), /it is of size \d+, the log has/],
      [ledger.newest.checkpoint.replace("\n", "x\n"), /PROOF_INVALID: compare the origin/],
    ];
    for (const [note, reason] of cases) {
      const { found } = audit({ checkpoint: () => note });
      expect(found[0]?.part).toBe("CHECKPOINT");
      expect(found[0]?.what).toMatch(reason);
    }
  });

  it("lets the newest block be without its note in a ledger's own store, and no other", () => {
    const before = ledger.blocks.at(-2)?.checkpoint ?? "";
    const older = ledger.blocks.at(-3)?.checkpoint ?? "";
    expect(parseNote(before).text).not.toBe(parseNote(older).text);
    expect(audit({ checkpoint: () => before }, false).found).toEqual([]);
    expect(audit({ checkpoint: () => older }, false).found).toHaveLength(1);
    expect(audit({ checkpoint: () => before }).found).toHaveLength(1);
  });

  it("wants a log that ends with its seal, in blocks that follow each other", () => {
    const size = copy.size();
    const last = copy.blocks(size - 1, 1);
    const cut = audit({
      size: () => size - 1,
      entries: (from, count) => copy.entries(from, Math.min(count, size - 1 - from)),
    });
    expect(last).toHaveLength(1);
    expect(cut.found).toContainEqual(
      expect.objectContaining({ part: "SEAL", what: "the head of the log is no seal" }),
    );
    const twice = audit({
      blocks: (from, limit) =>
        copy.blocks(from, limit).map((block) => ({ ...block, height: Math.min(3, block.height) })),
    });
    expect(twice.found.some(({ part }) => part === "BLOCK")).toBe(true);
  });

  it("names an event that its index does not find", () => {
    const { found } = audit({ indexOfEvent: () => undefined });
    expect(new Set(found.map(({ part }) => part))).toEqual(new Set(["INDEX"]));
    expect(found).toHaveLength(disk.events.size);
    expect(audit({ indexOfEvent: () => undefined }, false).found).toEqual([]);
  });

  it("names every look-up that lacks an entry or has another", () => {
    const cardId = ledger.chain.acts.writeOffs[0]?.cards[0] as CardId;
    const last = copy.history(cardId, -1, 99).at(-1) ?? -1;
    const [opId] = [...disk.operations.keys()];
    const [list, places] = [...disk.lists].find(([name]) => name.startsWith("acceptor:")) ?? [];
    const middle = places?.[places.length >> 1] ?? -1;
    const [control = -1] = disk.control;
    const without = (indexes: number[], index: number) => indexes.filter((one) => one !== index);
    const cases: readonly (readonly [Partial<LedgerCopy>, string])[] = [
      [
        {
          history: (id, after, limit) =>
            id === cardId
              ? without(copy.history(id, after, limit + 1), last).slice(0, limit)
              : copy.history(id, after, limit),
        },
        formatCardId(cardId),
      ],
      [
        { indexOfOperation: (id) => (id === opId ? 1 : copy.indexOfOperation(id)) },
        `operation ${opId}`,
      ],
      [
        {
          listed: (name, after, limit) =>
            name === list
              ? without(copy.listed(name, after, limit + 1), middle).slice(0, limit)
              : copy.listed(name, after, limit),
        },
        `list ${list}`,
      ],
      [
        {
          controlEvents: (after, limit) =>
            without(copy.controlEvents(after, limit + 1), control).slice(0, limit),
        },
        "control events",
      ],
    ];
    for (const [changes, at] of cases) {
      const { found } = audit(changes);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((one) => `${one.part} ${one.at}`))).toEqual(
        new Set([`INDEX ${at}`]),
      );
    }
  });

  it("finds look-ups that are left over, and those that the copy itself calls corrupt", () => {
    const counts = copy.lookupCounts();
    for (const kind of ["events", "operations", "cards", "control", "listed"] as const) {
      const kept = { ...counts, [kind]: counts[kind] + 1 };
      const what = `${counts[kind] + 1} ${kind}, the log leads to ${counts[kind]}`;
      expect(audit({ lookupCounts: () => kept }).found).toEqual([
        { part: "INDEX", at: "look-ups", what },
      ]);
    }
    const controlEvents = () => {
      throw Object.assign(new Error("not what was written"), { code: "CORRUPT" });
    };
    const { found } = audit({ controlEvents });
    expect(found).toHaveLength(counts.control);
    expect(found[0]).toEqual({
      part: "INDEX",
      at: "control events",
      what: "not what was written",
    });
  });
});
