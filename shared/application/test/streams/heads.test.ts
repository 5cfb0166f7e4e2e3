import { sha256 } from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";
import type { ShardHead } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { compareHeads, positionAt, requireSameHeads } from "../../src/streams/index.ts";
import { MemoryOutbox, startChain } from "./memory-outbox.ts";

/** An outbox of two streams, and a ledger that has `taken` events of another outbox's first stream. */
async function given(saved: string[], onLedger: string[], taken = onLedger.length) {
  const outbox = new MemoryOutbox(2);
  outbox.append(0, ...saved);
  const other = new MemoryOutbox(2);
  other.append(0, ...onLedger);
  const { epoch, seq, chain } = await positionAt({ outbox: other, shard: 0, hash: sha256 }, taken);
  const heads: ShardHead[] = [
    { shard: 0, epoch, nextSeq: seq, chain },
    { shard: 1, epoch: 1, nextSeq: 0, chain: startChain },
  ];
  const ledger = {
    head: (shard: number) => {
      const head = heads[shard];
      return head === undefined ? Promise.reject(new RangeError()) : Promise.resolve(head);
    },
  };
  return { outbox, heads, comparison: { outbox, ledger, hash: sha256 } };
}

describe("heads of store and ledger", () => {
  it.each([0, 1, 3])(
    "are one history when the ledger has the first %i of three events",
    async (taken) => {
      const { comparison } = await given(["a", "b", "c"], ["a", "b", "c"], taken);
      expect(await compareHeads(comparison)).toEqual([]);
      await requireSameHeads(comparison);
    },
  );

  it("are one history when the store was trimmed to where the ledger is", async () => {
    const { comparison, outbox } = await given(["a", "b", "c"], ["a", "b"]);
    await outbox.trim(0, await positionAt({ outbox, shard: 0, hash: sha256 }, 2));
    expect(await compareHeads(comparison)).toEqual([]);
  });

  it("tell a store that is an old copy", async () => {
    const { comparison } = await given(["a"], ["a", "b"]);
    expect(await compareHeads(comparison)).toMatchObject([
      { shard: 0, kind: "LEDGER_AHEAD", nextSeq: 1 },
    ]);
    await expect(requireSameHeads(comparison)).rejects.toThrow(
      /shard 0: .*the store is an old copy/,
    );
  });

  it("tell a ledger that is an old copy", async () => {
    const { comparison, outbox } = await given(["a", "b", "c"], ["a"]);
    await outbox.trim(0, await positionAt({ outbox, shard: 0, hash: sha256 }, 2));
    await expect(requireSameHeads(comparison)).rejects.toThrow(
      /shard 0: .*the ledger is an old copy; put back a newer copy/,
    );
  });

  it("tell a store whose old copy was written on", async () => {
    const { comparison } = await given(["a", "x", "y"], ["a", "b"]);
    await expect(requireSameHeads(comparison)).rejects.toThrow(
      /shard 0: the events before 2, or their epoch, are not the same; .*scrip rebuild-store/,
    );
    await expect(requireSameHeads(comparison)).rejects.toBeInstanceOf(PortError);
  });

  it("tell another epoch", async () => {
    const { comparison, heads } = await given(["a"], ["a"]);
    const [first] = heads;
    if (first !== undefined) heads[0] = { ...first, epoch: 2 };
    expect(await compareHeads(comparison)).toMatchObject([{ kind: "OTHER_CHAIN" }]);
  });
});
