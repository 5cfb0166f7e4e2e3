import { concat, equalBytes } from "../bytes.ts";
import { emptyRoot, hashBytes, NodeHasher, type Hash } from "../hashing.ts";
import { bitAt, keyBits, sharedBits } from "../key.ts";

/** What stands at the end of a key's path: its own leaf, the leaf of another key, or nothing. */
export type MapTerminal =
  | { readonly kind: "leaf" }
  | { readonly kind: "other"; readonly key: Uint8Array; readonly valueHash: Uint8Array }
  | { readonly kind: "empty" };

/** A path from the root: what lies beside it at each level, and where it ends. */
export interface MapProof {
  readonly terminal: MapTerminal;
  /** Root first; `null` where the sibling is empty, never in the last place. */
  readonly siblings: readonly (Uint8Array | null)[];
}

/** What a proof is to show: under this root the key has this value hash, or (`null`) no value. */
export interface MapClaim {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly valueHash: Uint8Array | null;
}

/** A proof does not show what is claimed, or is no proof at all. `step` says in plain words what failed. */
export class MapProofError extends Error {
  readonly code = "PROOF_INVALID";
  readonly step: string;

  constructor(step: string) {
    super(`map proof: ${step}`);
    this.name = "MapProofError";
    this.step = step;
  }
}

/** Fails with the step's words. @throws MapProofError unless `holds` */
export function check(holds: boolean, step: string): asserts holds {
  if (!holds) throw new MapProofError(step);
}

/** Returns if the proof shows the claim. @throws MapProofError */
export function verifyMapProof(hash: Hash, claim: MapClaim, proof: MapProof): void {
  check(claim.root.length === hashBytes, "the root is not 32 bytes long");
  check(claim.key.length === hashBytes, "the key is not 32 bytes long");
  checkSiblings(proof.siblings);
  const hasher = new NodeHasher(hash);
  let node = terminalHash(hasher, claim, proof);
  for (let level = proof.siblings.length - 1; level >= 0; level--) {
    const sibling = proof.siblings[level] ?? emptyRoot();
    node = bitAt(claim.key, level) === 0 ? hasher.node(node, sibling) : hasher.node(sibling, node);
  }
  check(equalBytes(node, claim.root), "the path leads to another root");
}

/** Only one list of siblings describes a path, so a proof cannot be altered and still verify. @throws MapProofError */
export function checkSiblings(siblings: readonly (Uint8Array | null)[]): void {
  check(siblings.length <= keyBits, "the path is longer than a key");
  // A subtree with one leaf is that leaf, and one without is empty: so no path ends beside an empty sibling.
  check(siblings.at(-1) !== null, "the path ends beside an empty sibling");
  for (const sibling of siblings) {
    if (sibling === null) continue;
    check(sibling.length === hashBytes, "a sibling is not 32 bytes long");
    check(!equalBytes(sibling, emptyRoot()), "an empty sibling is spelled out");
  }
}

function terminalHash(hasher: NodeHasher, claim: MapClaim, proof: MapProof): Uint8Array {
  const { key, valueHash } = claim;
  const { terminal, siblings } = proof;
  if (terminal.kind === "leaf") {
    check(valueHash !== null, "it shows a value, where none is claimed");
    check(valueHash.length === hashBytes, "the value hash is not 32 bytes long");
    return hasher.leaf(concat(key, valueHash), 0);
  }
  check(valueHash === null, "it shows that the key has no value");
  if (terminal.kind === "empty") return emptyRoot();
  check(terminal.key.length === hashBytes, "the other leaf's key is not 32 bytes long");
  check(
    terminal.valueHash.length === hashBytes,
    "the other leaf's value hash is not 32 bytes long",
  );
  check(!equalBytes(terminal.key, key), "the other leaf is the key's own");
  check(
    sharedBits(terminal.key, key) >= siblings.length,
    "the other leaf is not on the key's path",
  );
  return hasher.leaf(concat(terminal.key, terminal.valueHash), 0);
}
