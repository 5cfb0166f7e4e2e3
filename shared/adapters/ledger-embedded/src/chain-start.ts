import { genesisBlock, LedgerState, LedgerStateError, spreadBuckets } from "@scrip/ledger-state";
import { validatorQuorum } from "@scrip/merkle-log";
import { type FollowerStore, PortError } from "@scrip/ports";
import type { CryptoSuite, Signer } from "@scrip/signing";
import { decodeEntry, type GenesisEntry, toHex } from "@scrip/wire";
import type { ChainSettings, EmbeddedLedgerOptions } from "./options.ts";

/** The genesis entry of the chain in the store; undefined while there is none. */
export function storedGenesis(store: FollowerStore): GenesisEntry | undefined {
  const bytes = store.entry(0);
  if (bytes === undefined) return undefined;
  const entry = decodeEntry(bytes);
  if (entry.kind === "genesis") return entry;
  throw new PortError("CORRUPT", `embedded ledger: the log begins with a ${entry.kind}`);
}

/** @throws PortError NOT_OURS unless the chain in the store is the one these settings and keys belong to */
export function requireSameChain(
  genesis: GenesisEntry,
  chain: ChainSettings,
  keys: readonly Signer[],
): void {
  const notOurs = (what: string): PortError =>
    new PortError("NOT_OURS", `embedded ledger: the data is of another chain: ${what}`);
  if (genesis.chainId !== chain.chainId) throw notOurs(`«${genesis.chainId}»`);
  if (genesis.shards !== chain.shards) throw notOurs(`it has ${genesis.shards} shards`);
  const known = genesis.validators.map(({ publicKey }) => publicKey);
  const ours = keys.map(({ publicKey }) => toHex(publicKey));
  if (known.join() !== ours.join()) throw notOurs("its validators have other keys");
  for (const role of ["writers", "operators", "receipts"] as const) {
    // A key file that was lost and made anew would sign what this chain never takes.
    const registered = new Set(genesis[role].map(({ publicKey }) => publicKey));
    const stranger = chain[role].find(({ publicKey }) => !registered.has(publicKey));
    if (stranger !== undefined) throw notOurs(`it does not know the key of «${stranger.name}»`);
  }
}

/** Writes block 0. Once it resolves the chain exists, durably. */
export async function beginChain(
  { store, chain, clock, suite }: EmbeddedLedgerOptions,
  keys: readonly Signer[],
): Promise<void> {
  const state = LedgerState.open(store, suite);
  const genesis: GenesisEntry = {
    kind: "genesis",
    ...chain,
    cryptoSuite: suite.id,
    protocolVersion: 1,
    timeMs: clock.nowMs(),
    validators: keys.map(({ name, publicKey }) => ({ name, publicKey: toHex(publicKey) })),
    quorum: validatorQuorum(keys.length),
  };
  const block = genesisBlock(state, genesis);
  await store.commit({ ...block, index: null, checkpoint: null });
}

/**
 * The state at the end of the store, its map spread over enough buckets first.
 * @throws PortError CORRUPT when the store's records do not fit together
 */
export async function openState(store: FollowerStore, suite: CryptoSuite): Promise<LedgerState> {
  try {
    const spread = spreadBuckets(store, suite);
    if (spread !== undefined) await store.replaceBuckets(spread.records, spread.meta);
    return LedgerState.open(store, suite);
  } catch (cause) {
    if (!(cause instanceof LedgerStateError)) throw cause;
    throw new PortError("CORRUPT", `embedded ledger: ${cause.message}`, { cause });
  }
}
