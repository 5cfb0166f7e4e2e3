import { toHex } from "../bytes.ts";
import { PolicyError } from "../proof-error.ts";
import type { Policy, PolicyLog, Quorum, Witness, WitnessGroup } from "./policy.ts";

/** Most logs, witnesses and groups in a policy, each. C2SP tlog-policy asks for at least 32. */
const policyItemsMax = 256;

const none = "none";

/** Collects the lines of a policy and keeps its rules about names and keys. Names are octet strings. */
export class PolicyBuilder {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: Witness[] = [];
  readonly #defined = new Map<string, Witness | WitnessGroup>();
  readonly #members = new Set<string>();
  #quorum: Quorum | undefined;

  addLog(log: PolicyLog): void {
    if (holdsKey(this.#logs, log))
      throw new PolicyError("a log with this public key is listed above");
    if (this.#logs.length === policyItemsMax) throw new PolicyError("too many logs");
    this.#logs.push(log);
  }

  addWitness(name: string, witness: Witness): void {
    // One key under two names would be one cosigner counted twice.
    if (holdsKey(this.#witnesses, witness)) {
      throw new PolicyError("a witness with this public key is listed above");
    }
    this.define(name, witness);
    this.#witnesses.push(witness);
  }

  /** Witnesses and groups share one space of names. */
  define(name: string, item: Witness | WitnessGroup): void {
    if (name === none || this.#defined.has(name)) {
      throw new PolicyError(`the name «${decodeOctets(name)}» is taken`);
    }
    if (this.#defined.size === 2 * policyItemsMax) throw new PolicyError("too many names");
    this.#defined.set(name, item);
  }

  /** A name may be a member once in the whole policy, so a witness contributes in one way only. */
  takeMember(name: string): Witness | WitnessGroup {
    const item = this.#find(name);
    if (this.#members.has(name)) {
      throw new PolicyError(`«${decodeOctets(name)}» is a member already`);
    }
    this.#members.add(name);
    return item;
  }

  setQuorum(name: string): void {
    if (this.#quorum !== undefined) throw new PolicyError("there is a quorum line above");
    this.#quorum = name === none ? { kind: none } : this.#find(name);
  }

  policy(): Policy {
    if (this.#quorum === undefined) throw new PolicyError("the policy has no quorum line");
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum };
  }

  #find(name: string): Witness | WitnessGroup {
    const item = this.#defined.get(name);
    if (item === undefined) {
      throw new PolicyError(`«${decodeOctets(name)}» is not defined on a line above`);
    }
    return item;
  }
}

/** Octets, one per character, as text to print; what is not UTF-8 is shown as �. */
export function decodeOctets(octets: string): string {
  return new TextDecoder().decode(Uint8Array.from(octets, (octet) => octet.charCodeAt(0)));
}

function holdsKey(items: readonly (PolicyLog | Witness)[], item: PolicyLog | Witness): boolean {
  const publicKey = toHex(item.key.publicKey);
  return items.some((one) => toHex(one.key.publicKey) === publicKey);
}
