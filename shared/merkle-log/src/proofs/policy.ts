import { toHex } from "../bytes.ts";
import type { VerifierKey } from "../notes/vkey.ts";
import { formatVkey } from "../notes/vkey.ts";

/** A log whose checkpoints are accepted. The key's name is the log's origin line. */
export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

/** A cosigner. The name means something inside the policy only; the key identifies the cosigner. */
export interface Witness {
  readonly kind: "witness";
  readonly name: string;
  readonly key: VerifierKey;
  readonly url: string | undefined;
}

/** Holds when at least `threshold` of its members do. */
export interface WitnessGroup {
  readonly kind: "group";
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly (Witness | WitnessGroup)[];
}

/** Which cosigners are strong enough together; `none` asks for nobody. */
export type Quorum = { readonly kind: "none" } | Witness | WitnessGroup;

/** What a verifier trusts, C2SP tlog-policy. */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly Witness[];
  readonly quorum: Quorum;
}

/**
 * Whether these public keys, whose cosignatures were verified, meet the quorum. A key counts once,
 * however often it is given and wherever it is listed.
 */
export function meetsQuorum(policy: Policy, cosigners: Iterable<Uint8Array>): boolean {
  const unspent = new Set(Array.from(cosigners, toHex));
  return holds(policy.quorum, unspent);
}

/** Validators needed out of `count`, if up to a third may lie: `⌊2n/3⌋ + 1`. */
export function validatorQuorum(count: number): number {
  return Math.floor((2 * count) / 3) + 1;
}

/** Writes the policy «any of these logs, cosigned by a quorum of these validators». */
export function formatValidatorPolicy(
  logs: readonly VerifierKey[],
  validators: readonly VerifierKey[],
): string {
  const names = validators.map((_, at) => `v${at}`);
  return [
    ...logs.map((key) => `log ${formatVkey(key)}`),
    ...validators.map((key, at) => `witness ${names[at]} ${formatVkey(key)}`),
    `group validators ${validatorQuorum(validators.length)} ${names.join(" ")}`,
    "quorum validators",
    "",
  ].join("\n");
}

function holds(quorum: Quorum, unspent: Set<string>): boolean {
  if (quorum.kind === "none") return true;
  // Deleting spends the key: in a policy built by hand it may be listed twice.
  if (quorum.kind === "witness") return unspent.delete(toHex(quorum.key.publicKey));
  return quorum.members.filter((one) => holds(one, unspent)).length >= quorum.threshold;
}
