import { utf8 } from "../bytes.ts";
import type { Hash } from "../hash.ts";
import type { VerifierKey } from "../notes/vkey.ts";
import { parseVkey, signatureType } from "../notes/vkey.ts";
import { PolicyError } from "../proof-error.ts";
import { hasControl } from "../text.ts";
import { decodeOctets, PolicyBuilder } from "./policy-builder.ts";
import type { Policy, Witness, WitnessGroup } from "./policy.ts";

/** Longest policy we read, in bytes. */
const policyBytesMax = 1_000_000;

/**
 * Reads a policy file, C2SP tlog-policy.
 * @throws PolicyError with the line, for anything the format does not allow.
 */
export function parsePolicy(hash: Hash, policy: string | Uint8Array): Policy {
  const bytes = typeof policy === "string" ? utf8(policy) : policy;
  if (bytes.length > policyBytesMax) throw new PolicyError("the policy is too long");
  const builder = new PolicyBuilder();
  // "Character set": names are opaque octets, so each octet is one character until a key is read.
  const lines = octetText(bytes).split("\n");
  for (const [at, line] of lines.entries()) {
    try {
      readLine(hash, builder, line);
    } catch (error) {
      if (error instanceof PolicyError) throw new PolicyError(error.fault, at + 1);
      throw error;
    }
  }
  if (lines.at(-1) !== "") throw new PolicyError("the last line has no newline", lines.length);
  return builder.policy();
}

function readLine(hash: Hash, builder: PolicyBuilder, line: string): void {
  if (hasControl(line, "\t") || line.includes("\x7f")) throw new PolicyError("a control character");
  const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== "");
  if (keyword === undefined || keyword.startsWith("#")) return;
  switch (keyword) {
    case "log":
      return readLog(hash, builder, items);
    case "witness":
      return readWitness(hash, builder, items);
    case "group":
      return readGroup(builder, items);
    case "quorum":
      return readQuorum(builder, items);
    default:
      throw new PolicyError(`«${decodeOctets(keyword)}» is not log, witness, group or quorum`);
  }
}

function readLog(hash: Hash, builder: PolicyBuilder, items: readonly string[]): void {
  const [vkey, url, ...rest] = items;
  if (vkey === undefined || rest.length > 0) throw new PolicyError("expected: log <vkey> [<url>]");
  builder.addLog({ key: readKey(hash, vkey), url: optionalText(url) });
}

function readWitness(hash: Hash, builder: PolicyBuilder, items: readonly string[]): void {
  const [name, vkey, url, ...rest] = items;
  if (name === undefined || vkey === undefined || rest.length > 0) {
    throw new PolicyError("expected: witness <name> <vkey> [<url>]");
  }
  const key = readKey(hash, vkey);
  if (key.type !== signatureType.cosignatureV1) {
    throw new PolicyError("a witness needs a cosignature/v1 key (signature type 4)");
  }
  const witness: Witness = {
    kind: "witness",
    name: decodeOctets(name),
    key,
    url: optionalText(url),
  };
  builder.addWitness(name, witness);
}

function readGroup(builder: PolicyBuilder, items: readonly string[]): void {
  const [name, rule, ...names] = items;
  if (name === undefined || rule === undefined || names.length === 0) {
    throw new PolicyError("expected: group <name> all|any|<k> <name>…");
  }
  const members = names.map((member) => builder.takeMember(member));
  const group: WitnessGroup = {
    kind: "group",
    name: decodeOctets(name),
    threshold: readThreshold(rule, names.length),
    members,
  };
  builder.define(name, group);
}

function readQuorum(builder: PolicyBuilder, items: readonly string[]): void {
  const [name, ...rest] = items;
  if (name === undefined || rest.length > 0) throw new PolicyError("expected: quorum <name>");
  builder.setQuorum(name);
}

function readThreshold(rule: string, count: number): number {
  if (rule === "all") return count;
  if (rule === "any") return 1;
  const threshold = /^[1-9][0-9]{0,8}$/.test(rule) ? Number(rule) : 0;
  if (threshold < 1 || threshold > count) {
    throw new PolicyError(`the threshold must be all, any or a number from 1 to ${count}`);
  }
  return threshold;
}

function readKey(hash: Hash, vkey: string): VerifierKey {
  return parseVkey(hash, decodeOctets(vkey));
}

function optionalText(octets: string | undefined): string | undefined {
  return octets === undefined ? undefined : decodeOctets(octets);
}

function octetText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
