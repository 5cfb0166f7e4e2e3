import { lawGauge, noTotals, addTotals, sumsDelta } from "@scrip/domain";
import { verifyMapProof } from "@scrip/state-map";
import { sha256Ed25519 } from "@scrip/signing";
import {
  MemoryDisk,
  MemoryFollowerStore,
  play,
  type Step,
  steps,
  testChain,
  type TestChain,
} from "@scrip/testing";
import { hashedLeaf, leafKey, toHex } from "@scrip/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Follower, type LedgerState, type OfferedBatch } from "../src/index.ts";
import { LocalLedger, policyOf } from "./local-ledger.ts";

const { hash } = sha256Ed25519;

/** A chain on which these steps have happened, and its batches. */
function happened(happening: readonly Step[], eventsMax: number) {
  const chain = testChain();
  chain.acts.open(10_000);
  play(chain.acts, happening);
  return { chain, batches: chain.acts.history.takeBatches(eventsMax) };
}

/** The batches cut into blocks: the sizes go round. */
async function ledgerOf(chain: TestChain, batches: readonly OfferedBatch[], sizes: number[]) {
  const ledger = await LocalLedger.start(chain);
  const { nowMs } = chain.acts.history;
  for (let at = 0, turn = 0; at < batches.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const results = await ledger.block(batches.slice(at, at + size), nowMs);
    expect(results.map(({ kind }) => kind)).toEqual(results.map(() => "TAKEN"));
    at += size;
  }
  return ledger;
}

const history = steps(40);
const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

/** Every leaf that blocks cannot change by being cut differently: all but the one that holds the height. */
const leavesOf = (ledger: LocalLedger, chain: TestChain): string[] => {
  const leaves = ledger.state.leaves();
  const { cards, operations } = chain.acts.history;
  return [
    ...[...cards.keys()].map((id) =>
      toHex(hashedLeaf(hash, "card", leaves.need("card", id)).stateHash),
    ),
    ...[...operations.keys()].map((id) =>
      toHex(hashedLeaf(hash, "operation", leaves.need("operation", id)).stateHash),
    ),
    ...["gold", "points"].map((id) => leaves.need("program", id).chain),
    ...[0, 1, 2, 3, 4].map((shard) => leaves.need("shard-head", shard).chain),
  ];
};

describe("laws of the ledger", () => {
  it("every honest history is accepted, adds up to the cards, and the gauge is 0", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 1, max: 30 }), async (happening, eventsMax) => {
        const { chain, batches } = happened(happening, eventsMax);
        const ledger = await ledgerOf(chain, batches, [3]);
        const { cards, totals } = ledger.state.leaves().need("totals", null);
        const online = [...chain.acts.history.cards.values()];
        expect(cards).toBe(online.length);
        expect(totals).toEqual(
          online.reduce((sum, card) => addTotals(sum, sumsDelta(undefined, card)), noTotals),
        );
        expect(lawGauge(totals)).toBe(0n);
        for (const card of online) {
          expect(ledger.state.leaves().need("card", card.cardId)).toMatchObject({
            card,
            diverged: false,
          });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("however the batches are cut into blocks, the leaves are the same", async () => {
    await fc.assert(
      fc.asyncProperty(history, sizes, sizes, async (happening, one, other) => {
        const { chain, batches } = happened(happening, 7);
        const [first, second] = [
          await ledgerOf(chain, batches, one),
          await ledgerOf(chain, batches, other),
        ];
        expect(leavesOf(first, chain)).toEqual(leavesOf(second, chain));
        expect(mapWithoutHeight(first.state)).toEqual(mapWithoutHeight(second.state));
      }),
      { numRuns: 20 },
    );
  });

  it("a follower comes to the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(history, sizes, async (happening, cut) => {
        const { chain, batches } = happened(happening, 9);
        const ledger = await ledgerOf(chain, batches, cut);
        const store = new MemoryFollowerStore(new MemoryDisk());
        const options = { suite: sha256Ed25519, policy: policyOf(chain) };
        const origin = chain.genesis.chainId;
        const follower = await Follower.open({ store, origin, ...options });
        for (const block of ledger.blocks) {
          expect((await follower.take(block)).repeatedOperations).toEqual([]);
        }
        expect(store.entries(0, store.size())).toEqual(
          ledger.store.entries(0, ledger.store.size()),
        );
        expect(store.meta()).toEqual(ledger.store.meta());
      }),
      { numRuns: 20 },
    );
  });

  it("every card can be proven under the map root of the last seal, and no other card", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (happening) => {
        const { chain, batches } = happened(happening, 50);
        const { state } = await ledgerOf(chain, batches, [4]);
        const { root } = state.map;
        const leaves = state.leaves();
        for (const cardId of [...chain.acts.history.cards.keys()].slice(0, 5)) {
          const key = leafKey(hash, "card", cardId);
          const { stateHash } = hashedLeaf(hash, "card", leaves.need("card", cardId));
          verifyMapProof(hash, { root, key, valueHash: stateHash }, state.map.prove(key));
        }
        const absent = leafKey(hash, "card", "ff".repeat(20) as never);
        verifyMapProof(hash, { root, key: absent, valueHash: null }, state.map.prove(absent));
      }),
      { numRuns: 10 },
    );
  });
});

/** The root of the map with the height in its protocol leaf set to the same value. */
function mapWithoutHeight(state: LedgerState): string {
  const protocol = { ...state.leaves().need("protocol", null), height: 0 };
  const key = leafKey(hash, "protocol", null);
  const { stateHash } = hashedLeaf(hash, "protocol", protocol);
  return toHex(state.map.update([{ key, valueHash: stateHash }]).root);
}
