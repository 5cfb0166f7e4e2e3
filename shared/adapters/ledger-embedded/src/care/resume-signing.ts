import { join } from "node:path";
import { type Policy, signatureType, type VerifierKey, verifierKey } from "@scrip/merkle-log";
import { type FollowerStore, PortError } from "@scrip/ports";
import { type CryptoSuite, verifyCheckpoint } from "@scrip/signing";
import { equalBytes, fromHex, type GenesisEntry } from "@scrip/wire";
import { storedGenesis } from "../chain-start.ts";
import { LogTree } from "../log-tree.ts";
import type { PublishedNote } from "../options.ts";
import { readSigned, replaceSigned, type Tree } from "../signed-tree.ts";
import { signedPath } from "../validator.ts";
import { type OwnCheckpoint, ownCheckpoints, publishedNotes } from "./own-checkpoints.ts";

export interface SigningResumption {
  /** The directory of a ledger that is not open. */
  readonly directory: string;
  readonly store: FollowerStore;
  /** A published checkpoint of this chain, the newest there is. */
  readonly note: string;
  /** Further checkpoints that are kept, like that of the query service's copy; the store's own counts without. */
  readonly known?: readonly PublishedNote[];
  readonly policy: Policy;
  readonly suite: CryptoSuite;
}

/** A validator that from now on signs nothing below `size`. */
export interface ResumedValidator {
  readonly name: string;
  /** What its file said before; null where it said nothing that could be believed. */
  readonly before: number | null;
  readonly size: number;
}

/** What the signing state of a chain's validators was raised to. */
export interface ResumedSigning {
  readonly chainId: string;
  /** None of the validators signs anything below this. */
  readonly size: number;
  /** Entries of the log as it stands here: while it has fewer, the ledger does not start. */
  readonly logSize: number;
  readonly validators: readonly ResumedValidator[];
}

/**
 * Makes the validators of a chain remember a checkpoint that they are known to have signed, after their files were lost
 * or put back from a copy; and any newer one that is kept here with their own signature: what they have signed is not
 * forgotten for an older checkpoint. Nobody's state is lowered; each file is replaced whole, durably.
 * @throws PortError NOT_OURS where there is no chain; CORRUPT when the log, or what a validator signed, contradicts the
 * checkpoint: then nothing was written. @throws ProofError when the checkpoint does not meet the policy
 */
export async function resumeSigning(options: SigningResumption): Promise<ResumedSigning> {
  const { directory, store, note, suite } = options;
  const genesis = storedGenesis(store);
  if (genesis === undefined) throw new PortError("NOT_OURS", `${directory} holds no chain`);
  const { chainId } = genesis;
  // The validators' quorum is what counts; the log's own line proves nothing.
  const policy = { ...options.policy, logs: [] };
  const { checkpoint } = verifyCheckpoint(note, { policy, suite, origin: chainId });
  const log = new LogTree(store, suite.hash);
  requireSame(log, checkpoint, { logSize: store.size(), whose: "the checkpoint given" });
  const files = await Promise.all(
    genesis.validators.map(async ({ name }) => {
      const path = signedPath(join(directory, "validators"), name);
      return { name, path, signed: await stateOf(path) };
    }),
  );
  for (const { name, signed } of files) {
    if (signed === undefined) continue;
    requireSame(log, signed, { logSize: store.size(), whose: name });
    requireNoFork(name, signed, checkpoint);
  }
  const kept = keptCheckpoints(options, genesis);
  for (const { tree, where } of kept)
    requireSame(log, tree, { logSize: store.size(), whose: where });
  const validators: ResumedValidator[] = [];
  for (const { name, path, signed } of files) {
    const before = signed?.size ?? null;
    const own = kept.filter(({ signers }) => signers.some((one) => one.name === name));
    const newest = newestOf([checkpoint, ...own.map(({ tree }) => tree)]);
    const raise = before === null || before < newest.size;
    if (raise) await replaceSigned(path, newest);
    validators.push({ name, before, size: raise ? newest.size : before });
  }
  const size = Math.min(...validators.map((one) => one.size));
  return { chainId, size, logSize: store.size(), validators };
}

/** Checkpoints of this chain that are kept here, and who has signed them. */
function keptCheckpoints(
  { store, known, suite }: SigningResumption,
  { chainId, validators }: GenesisEntry,
): OwnCheckpoint<Keyed>[] {
  const keyed = validators.map(({ name, publicKey }) => {
    const key = { name, type: signatureType.cosignatureV1, publicKey: fromHex(publicKey) };
    return { name, key: verifierKey(suite.hash, key) };
  });
  const notes = publishedNotes({ store, published: known ?? [] });
  return ownCheckpoints(notes, { chainId, validators: keyed, suite });
}

interface Keyed {
  readonly name: string;
  readonly key: VerifierKey;
}

const newestOf = (trees: readonly [Tree, ...Tree[]]): Tree =>
  trees.reduce((one, other) => (other.size > one.size ? other : one));

/** Undefined for a file that is missing or cannot be believed: that is what this is for. */
async function stateOf(path: string): Promise<Tree | undefined> {
  try {
    return (await readSigned(path)).newest;
  } catch (error) {
    if (error instanceof PortError && error.code === "CORRUPT") return undefined;
    throw error;
  }
}

/** What lies beyond the log's end cannot be compared. */
function requireSame(
  log: LogTree,
  tree: Tree,
  { logSize, whose }: { readonly logSize: number; readonly whose: string },
): void {
  if (tree.size <= logSize) log.requireExtends(tree, whose);
}

function requireNoFork(name: string, signed: Tree, checkpoint: Tree): void {
  if (signed.size !== checkpoint.size || equalBytes(signed.root, checkpoint.root)) return;
  throw new PortError("CORRUPT", `${name} has signed another root at size ${signed.size}`);
}
