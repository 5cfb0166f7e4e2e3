import { join } from "node:path";
import type { Signer } from "@scrip/signing";
import type { Hash } from "@scrip/wire";
import { ownCheckpoints, publishedNotes, requireNoneWithout } from "./care/own-checkpoints.ts";
import { Chain } from "./chain.ts";
import { beginChain, openState, requireSameChain, storedGenesis } from "./chain-start.ts";
import { Cosigning } from "./cosigning.ts";
import { type EmbeddedLedger, LocalEngine } from "./local-engine.ts";
import { LogTree } from "./log-tree.ts";
import { defaultLimits, type EmbeddedLedgerOptions } from "./options.ts";
import { Validator } from "./validator.ts";
import { validatorKeys } from "./validator-keys.ts";

/**
 * Opens the chain in the store, or begins it with keys of its own making; cosigns what the store holds.
 * @throws PortError NOT_OURS for data of another chain; CORRUPT when the log does not extend what a validator signed
 */
export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<EmbeddedLedger> {
  const limits = { ...defaultLimits, ...options.limits };
  const { store, chain: settings, suite } = options;
  const folder = join(options.directory, "validators");
  const existing = storedGenesis(store);
  const notes = publishedNotes(options);
  if (existing === undefined) requireNoneWithout(settings.chainId, notes);
  const keys = await validatorKeys(folder, {
    chainId: settings.chainId,
    count: existing?.validators.length ?? limits.validators,
    mayMake: existing === undefined,
  });
  const mayMake = existing === undefined;
  const validators = await openValidators(folder, keys, { hash: suite.hash, mayMake });
  const log = new LogTree(store, suite.hash);
  try {
    if (existing !== undefined) requireSameChain(existing, settings, keys);
    for (const own of ownCheckpoints(notes, { chainId: settings.chainId, validators, suite })) {
      log.requireExtends(own.tree, own.where, own.remedy);
      for (const validator of own.signers) validator.requireRemembers(own.tree.size, own.where);
    }
    for (const validator of validators) validator.requireConsistent(log);
    if (existing === undefined) await beginChain(options, keys);
    const genesis = storedGenesis(store);
    if (genesis === undefined) throw new Error("a chain without genesis");
    const { chainId, quorum } = genesis;
    const cosigning = new Cosigning(chainId, validators, { quorum, log });
    const state = await openState(store, suite);
    const chain = new Chain(options, genesis, { cosigning, state });
    await chain.settle();
    return new LocalEngine(chain, cosigning.keys, { ...options, limits });
  } catch (error) {
    await Promise.all(validators.map((validator) => validator.close()));
    throw error;
  }
}

async function openValidators(
  folder: string,
  keys: readonly Signer[],
  opening: { readonly hash: Hash; readonly mayMake: boolean },
): Promise<Validator[]> {
  const opened: Validator[] = [];
  try {
    for (const key of keys) opened.push(await Validator.open(folder, key, opening));
    return opened;
  } catch (error) {
    await Promise.all(opened.map((validator) => validator.close()));
    throw error;
  }
}
