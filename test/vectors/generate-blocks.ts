import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CardId, shardOf } from "@scrip/domain";
import {
  appHash,
  applyBlock,
  genesisBlock,
  LedgerState,
  type NewBlock,
  type OfferedBatch,
} from "@scrip/ledger-state";
import { formatCheckpoint, formatNote, formatValidatorPolicy } from "@scrip/merkle-log";
import { cosigner, sha256Ed25519 } from "@scrip/signing";
import { type HistoryActs, MemoryDisk, MemoryFollowerStore, testChain } from "@scrip/testing";
import { hashedLeaf, type LeafIds, type LeafKind, leafKey, toHex } from "@scrip/wire";

// Writes blocks.json: `npx tsx --conditions=source test/vectors/generate-blocks.ts`. Keys, nonces and times are fixed.

export const blockVectorsFile = fileURLToPath(new URL("blocks.json", import.meta.url));

const suite = sha256Ed25519;
const { hash } = suite;
const shards = 2;
const cosignedSeconds = 1_640_995_300;

/** A small chain: every event there is, two rejections, and batches of three shards in one block. */
export async function blockVectors() {
  const chain = testChain(shards);
  const { acts, validators, genesis } = {
    ...chain,
    validators: chain.validators.map((signer) => cosigner(hash, signer)),
  };
  const store = new MemoryFollowerStore(new MemoryDisk());
  const state = LedgerState.open(store, suite);
  const blocks: ReturnType<typeof describe>[] = [];

  const describe = (block: NewBlock, timeMs: number) => {
    const { height, fromIndex, size, root, seal, entries } = block;
    const text = formatCheckpoint({ origin: genesis.chainId, size, root, extensions: [] });
    const signatures = validators.map((one) => one.cosign(text, cosignedSeconds));
    return {
      height,
      timeMs,
      fromIndex,
      size,
      entries: entries.map((entry) => toHex(entry)),
      logRoot: toHex(root),
      mapRoot: seal.mapRoot,
      appHash: toHex(appHash(hash, size, root)),
      checkpoint: formatNote({ text, signatures }),
    };
  };
  const commit = async (block: NewBlock, timeMs: number): Promise<void> => {
    blocks.push(describe(block, timeMs));
    const record = { ...block, index: null, checkpoint: null };
    await store.commit(record, () => state.adopt(block.next));
  };
  const extend = async (batches: readonly OfferedBatch[]): Promise<void> => {
    const timeMs = acts.history.nowMs + 1;
    const { block } = applyBlock(state, { height: state.height + 1, timeMs, batches });
    if (block === null) throw new Error("the batches were not taken");
    await commit(block, timeMs);
  };

  await commit(genesisBlock(state, genesis), genesis.timeMs);
  for (const happen of [opening, stocking, spending, lying]) {
    happen(acts);
    await extend(acts.history.takeBatches(10));
  }
  return {
    about: [
      "One chain, block by block. All bytes are hex; H is SHA-256; entries and leaves are canonical CBOR.",
      "logRoot: RFC 6962 over all entries so far. mapRoot stands in the block's seal, its last entry.",
      "appHash = H('scrip/v1/app-hash' 00, size as uint64, logRoot). The checkpoint is cosigned by all validators.",
      "leaves: every leaf of the map after the last block; its root over (key, stateHash) is the last mapRoot.",
    ],
    policy: formatValidatorPolicy(
      [],
      validators.map(({ key }) => key),
    ),
    blocks,
    leaves: leavesAt(state, acts),
  };
}

const opening = (acts: HistoryActs): void => acts.open(20);

function stocking(acts: HistoryActs): void {
  acts.stock(6);
  acts.grant("anna", 30);
  acts.grant("anna", 20);
}

function spending(acts: HistoryActs): void {
  const [first, second] = [...acts.history.cards.keys()] as [CardId, CardId];
  acts.bind(second, "anna");
  const sale = acts.spendCard(first, 2_599);
  const basket = acts.spendWallet("anna", 45);
  if (sale !== null) acts.refund(sale.opId, 599);
  if (basket !== null) acts.refund(basket.opId, 20);
}

/** A sale that skips one, so its card diverges, and bytes that are nothing. */
function lying(acts: HistoryActs): void {
  const card = [...acts.history.cards.keys()][2] as CardId;
  acts.spendCard(card, 100);
  acts.history.dropPending();
  acts.spendCard(card, 100);
  acts.history.queueBytes(shardOf(card, shards), Uint8Array.of(0xa0));
}

function leavesAt(state: LedgerState, { history }: HistoryActs) {
  const leaves = state.leaves();
  const leaf = <K extends LeafKind>(kind: K, id: LeafIds[K]) => {
    const { bytes, stateHash } = hashedLeaf(hash, kind, leaves.need(kind, id));
    const key = toHex(leafKey(hash, kind, id));
    return { kind, key, bytes: toHex(bytes), stateHash: toHex(stateHash) };
  };
  const programs = [...history.programs.keys()];
  const keys = [
    { role: "WRITER", name: "writer-1" },
    { role: "OPERATOR", name: "operator-1" },
    { role: "RECEIPT", name: `${history.options.chainId}/receipts` },
  ] as const;
  return [
    ...[...history.cards.keys()].map((id) => leaf("card", id)),
    ...[...history.operations.keys()].map((id) => leaf("operation", id)),
    ...programs.map((id) => leaf("program", id)),
    ...programs.map((programId) => leaf("program-version", { programId, version: 1 })),
    ...[...history.batches.values()].map(({ batchId }) => leaf("batch", batchId)),
    ...[...history.participants.keys()].map((id) => leaf("participant", id)),
    ...keys.map((id) => leaf("key", id)),
    leaf("validators", null),
    ...Array.from({ length: shards + 1 }, (_, shard) => leaf("shard-head", shard)),
    leaf("totals", null),
    leaf("protocol", null),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(blockVectorsFile, `${JSON.stringify(await blockVectors(), null, 1)}\n`);
}
