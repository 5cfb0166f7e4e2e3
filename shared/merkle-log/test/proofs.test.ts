import {
  MemoryTree,
  formatCheckpoint,
  formatTlogProof,
  formatValidatorPolicy,
  formatVkey,
  inclusionProof,
  meetsQuorum,
  parsePolicy,
  parseTlogProof,
  sha256,
  signatureType,
  validatorQuorum,
  verifierKey,
  verifyProofInclusion,
} from "@scrip/merkle-log";
import type { Policy, VerifierKey } from "@scrip/merkle-log";
import { describe, expect, it } from "vitest";
import { codeOf, leaves } from "./reference.ts";

const hashes = leaves(11);
const tree = new MemoryTree(sha256, hashes);
const leaf = hashes[6] ?? new Uint8Array();
const text = formatCheckpoint({ origin: "log", size: 11, root: tree.root(), extensions: [] });
const signatures = [{ name: "log", keyId: "00000001", signature: Uint8Array.of(1) }];
const proof = {
  extra: Uint8Array.of(1, 2, 3),
  index: 6,
  hashes: inclusionProof(sha256, tree.read, { index: 6, size: 11 }),
  note: { text, signatures },
};
const file = formatTlogProof(proof);

function key(byte: number, type: VerifierKey["type"] = signatureType.cosignatureV1): VerifierKey {
  const publicKey = new Uint8Array(32).fill(byte);
  return verifierKey(sha256, { name: `key.example/${byte}`, type, publicKey });
}

function vkey(byte: number, type?: VerifierKey["type"]): string {
  return formatVkey(key(byte, type));
}

describe("proof files", () => {
  it("are written as the specification says and read back", () => {
    const lines = file.split("\n");
    expect(lines.slice(0, 3)).toEqual(["c2sp.org/tlog-proof@v1", "extra AQID", "index 6"]);
    expect(lines.indexOf("")).toBe(3 + proof.hashes.length);
    expect(file.endsWith(`\n\n${text}\n— log AAAAAQE=\n`)).toBe(true);
    expect(parseTlogProof(file)).toEqual(proof);
  });

  it("leave the extra line out when there is nothing to say", () => {
    const without = formatTlogProof({ ...proof, extra: undefined });
    expect(without).toBe(file.replace("extra AQID\n", ""));
    expect(parseTlogProof(without).extra).toBeUndefined();
    expect(formatTlogProof({ ...proof, extra: new Uint8Array(0) })).toBe(without);
  });

  it("hold for their entry and for no other", () => {
    expect(verifyProofInclusion(sha256, proof, leaf)).toMatchObject({ origin: "log", size: 11 });
    const other = hashes[7] ?? new Uint8Array();
    expect(codeOf(() => verifyProofInclusion(sha256, proof, other))).toBe("PROOF_INVALID");
    const moved = { ...proof, index: 11 };
    expect(codeOf(() => verifyProofInclusion(sha256, moved, leaf))).toBe("PROOF_INVALID");
  });

  it("read a log of one entry, whose proof has no hashes", () => {
    const one = { ...proof, index: 0, hashes: [] };
    expect(parseTlogProof(formatTlogProof(one))).toEqual(one);
  });

  it.each([
    ["another version", file.replace("@v1", "@v2")],
    ["no index", file.replace("index 6\n", "")],
    ["an index with a leading zero", file.replace("index 6", "index 06")],
    ["two indexes", file.replace("index 6", "index 6\nindex 6")],
    ["extra after the index", file.replace("extra AQID\nindex 6", "index 6\nextra AQID")],
    ["an empty extra", file.replace("extra AQID", "extra ")],
    ["an extra that is not base64", file.replace("AQID", "AQI")],
    ["a short hash", file.replace("index 6\n", "index 6\nAAAA\n")],
    [
      "more than 63 hashes",
      file.replace("index 6\n", `index 6\n${`${"A".repeat(43)}=\n`.repeat(64)}`),
    ],
    ["no checkpoint", file.slice(0, file.indexOf("\n\n") + 1)],
    ["a carriage return", file.replaceAll("\n", "\r\n")],
    ["an empty line before", `\n${file}`],
    ["nothing", ""],
  ])("are refused with %s", (_, bad) => {
    expect(codeOf(() => parseTlogProof(bad))).toBe("PROOF_INVALID");
  });
});

describe("policies", () => {
  const witnesses = [1, 2, 3, 4].map((byte) => `witness w${byte} ${vkey(byte)}\n`).join("");
  const quorumOf = (lines: string): Policy => parsePolicy(sha256, `${witnesses}${lines}`);
  const keys = (...bytes: number[]): Uint8Array[] => bytes.map((byte) => key(byte).publicKey);

  it("read logs, witnesses, groups of groups, comments and white space", () => {
    const policy = parsePolicy(
      sha256,
      [
        "# who we trust",
        `log ${vkey(9, signatureType.ed25519)}`,
        `\tlog  ${vkey(8, signatureType.ed25519)} \t https://log.example/ `,
        "",
        witnesses,
        "group xs 2 w1 w2 w3",
        "  # a comment after spaces",
        "group both all xs w4",
        "quorum both",
        "",
      ].join("\n"),
    );
    expect(policy.logs.map(({ url }) => url)).toEqual([undefined, "https://log.example/"]);
    expect(policy.witnesses).toHaveLength(4);
    expect(meetsQuorum(policy, keys(1, 2, 4))).toBe(true);
    expect(meetsQuorum(policy, keys(1, 2, 3))).toBe(false);
    expect(meetsQuorum(policy, keys(1, 4))).toBe(false);
  });

  it("count each key once, however often it signed", () => {
    const policy = quorumOf("group g 3 w1 w2 w3 w4\nquorum g\n");
    expect(meetsQuorum(policy, keys(1, 1, 1))).toBe(false);
    expect(meetsQuorum(policy, keys(1, 1, 2))).toBe(false);
    expect(meetsQuorum(policy, keys(1, 3, 2))).toBe(true);
    expect(meetsQuorum(policy, keys(7, 8, 9))).toBe(false);
  });

  it("count a key once even in a policy built by hand that lists it three times", () => {
    const [witness] = quorumOf("quorum none\n").witnesses;
    if (witness === undefined) throw new Error("the policy has witnesses");
    const members = [witness, { ...witness, name: "again" }, { ...witness, name: "and again" }];
    const quorum = { kind: "group", name: "g", threshold: 2, members } as const;
    expect(meetsQuorum({ logs: [], witnesses: members, quorum }, keys(1, 1, 1))).toBe(false);
  });

  it("know any, all, a single witness and none", () => {
    const any = quorumOf("group g any w1 w2\nquorum g\n");
    expect([meetsQuorum(any, keys(2)), meetsQuorum(any, keys(3))]).toEqual([true, false]);
    const all = quorumOf("group g all w1 w2\nquorum g\n");
    expect([meetsQuorum(all, keys(1, 2)), meetsQuorum(all, keys(1, 3))]).toEqual([true, false]);
    const one = quorumOf("quorum w3\n");
    expect([meetsQuorum(one, keys(3)), meetsQuorum(one, keys(1, 2, 4))]).toEqual([true, false]);
    expect(meetsQuorum(quorumOf("quorum none\n"), [])).toBe(true);
  });

  it("treat names as octets, even those that are not UTF-8", () => {
    const line = (name: number[], rest: string): number[] => [...name, ...Buffer.from(rest)];
    const bytes = Uint8Array.from([
      ...line([], "witness "),
      ...line([0xff], ` ${vkey(1)}\nwitness K ${vkey(2)}\nwitness \u212a ${vkey(3)}\nquorum `),
      ...line([0xff], "\n"),
    ]);
    const policy = parsePolicy(sha256, bytes);
    expect(policy.quorum).toMatchObject({ kind: "witness", key: key(1) });
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["\ufffd", "K", "\u212a"]);
  });

  it.each([
    ["no quorum", ""],
    ["two quorums", "quorum none\nquorum none\n"],
    ["an unknown name", "quorum w9\n"],
    ["a group that is defined later", "quorum g\ngroup g any w1\n"],
    ["a group inside itself", "group g any g\nquorum g\n"],
    ["a name twice", "group w1 any w2\nquorum w1\n"],
    ["a group called none", "group none any w2\nquorum none\n"],
    ["none as a member", "group g any none\nquorum g\n"],
    ["a member twice in a group", "group g any w1 w1\nquorum g\n"],
    ["a member of two groups", "group g any w1\ngroup h any w1\nquorum g\n"],
    ["a threshold of zero", "group g 0 w1\nquorum g\n"],
    ["a threshold above the members", "group g 3 w1 w2\nquorum g\n"],
    ["a threshold with a leading zero", "group g 01 w1\nquorum g\n"],
    ["a group without members", "group g any\nquorum g\n"],
    ["a witness key twice, under another name", `witness w9 ${vkey(1)}\nquorum w1\n`],
    ["a log key as a witness", `witness w9 ${vkey(9, 1)}\nquorum w1\n`],
    ["a log twice", `log ${vkey(9, 1)}\nlog ${vkey(9, 1)}\nquorum w1\n`],
    ["one key under two log names", `log ${vkey(9, 1)}\nlog ${vkey(9, 4)}\nquorum w1\n`],
    ["a key that is not one", "log example.com+12345678+AAAA\nquorum w1\n"],
    ["a third item", `log ${vkey(9, 1)} https://log.example/ more\nquorum w1\n`],
    ["an unknown word", "trust w1\nquorum w1\n"],
    ["a control character", "quorum w1\r\n"],
    ["no newline at the end", "quorum w1"],
    [
      "too many names",
      `${Array.from({ length: 600 }, (_, at) => `group g${at} any w1`).join("\n")}\n`,
    ],
  ])("are refused with %s", (_, lines) => {
    expect(codeOf(() => quorumOf(lines))).toBe("PolicyError");
  });

  it("say which line is wrong", () => {
    expect(() => quorumOf("group g 9 w1\n")).toThrow("policy line 5: the threshold");
  });

  it("are written for a set of validators, of which more than two thirds must sign", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 10].map(validatorQuorum)).toEqual([1, 2, 3, 3, 4, 5, 5, 7]);
    const logs = [key(9, signatureType.ed25519)];
    const validators = [1, 2, 3, 4].map((byte) => key(byte));
    const policy = parsePolicy(sha256, formatValidatorPolicy(logs, validators));
    expect(policy.logs.map((log) => log.key)).toEqual(logs);
    expect(meetsQuorum(policy, keys(4, 2, 1))).toBe(true);
    expect(meetsQuorum(policy, keys(4, 2))).toBe(false);
  });
});
