import { noTotals } from "@scrip/domain";
import { validatorQuorum } from "@scrip/merkle-log";
import { encodeEntry, type GenesisEntry, type KeyLeaf, streamStart } from "@scrip/wire";
import { LedgerStateError } from "../ledger-error.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import type { NewBlock } from "./block.ts";
import { BlockDraft } from "./block-draft.ts";
import { rulesOf } from "./protocol.ts";
import { sealBlock } from "./seal-block.ts";

/** Every stream begins in this epoch, with event number 0. */
export const epochFirst = 1;

/**
 * Block 0: the genesis entry and its seal, and the leaves that are there from the beginning.
 * @throws LedgerStateError BLOCK_WRONG when there is a chain already or the quorum is not ⌊2n/3⌋ + 1;
 * CHAIN_UNKNOWN for another suite or protocol version
 */
export function genesisBlock(state: LedgerState, genesis: GenesisEntry): NewBlock {
  requireGenesis(state, genesis);
  const { chainId, shards, cryptoSuite, protocolVersion, skewMaxMs } = genesis;
  const protocol = { chainId, shards, cryptoSuite, protocolVersion, skewMaxMs, height: 0 };
  const draft = new BlockDraft(state, genesis, protocol);
  draft.log.append(encodeEntry(genesis));
  setKeys(draft, "WRITER", genesis.writers);
  setKeys(draft, "OPERATOR", genesis.operators);
  setKeys(draft, "RECEIPT", genesis.receipts);
  const { validators: current, quorum } = genesis;
  draft.leaves.set("validators", { current, quorum });
  // One stream for each card shard, and the control stream behind them.
  for (let shard = 0; shard <= shards; shard++) {
    const chain = streamStart(draft.hash, chainId, shard);
    draft.leaves.set("shard-head", { shard, epoch: epochFirst, nextSeq: 0, chain });
  }
  draft.leaves.set("totals", { cards: 0, totals: noTotals });
  return sealBlock(draft, 0);
}

function requireGenesis(state: LedgerState, genesis: GenesisEntry): void {
  if (state.height >= 0) throw new LedgerStateError("BLOCK_WRONG", "the chain has begun already");
  if (genesis.cryptoSuite !== state.suite.id) {
    throw new LedgerStateError("CHAIN_UNKNOWN", `crypto suite «${genesis.cryptoSuite}»`);
  }
  rulesOf(genesis.protocolVersion);
  const { validators, quorum } = genesis;
  if (quorum !== validatorQuorum(validators.length)) {
    const due = `${validators.length} validators need ${validatorQuorum(validators.length)}`;
    throw new LedgerStateError("BLOCK_WRONG", `a quorum of ${quorum}: ${due}`);
  }
}

function setKeys(
  { leaves }: BlockDraft,
  role: KeyLeaf["role"],
  keys: GenesisEntry["writers"],
): void {
  for (const { name, publicKey } of keys) leaves.set("key", { name, role, publicKey });
}
