import {
  MemoryTree,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatValidatorPolicy,
  inclusionProof,
  leafHash,
  parseNote,
  parsePolicy,
  parseVkey,
} from "@scrip/merkle-log";
import type { NoteSignature, Policy } from "@scrip/merkle-log";
import {
  requireFresh,
  sha256Ed25519 as suite,
  verifyCheckpoint,
  verifyLogSignature,
  verifyNote,
  verifyTlogProof,
} from "@scrip/signing";
import {
  sha256Ed25519 as inBrowser,
  verifyTlogProof as verifyInBrowser,
} from "@scrip/signing/browser";
import { describe, expect, it } from "vitest";
import {
  exampleNote,
  exampleVkey,
  failureOf,
  flip,
  logOf,
  validatorOf,
  vkeyOf,
} from "./reference.ts";

const origin = "scrip.example/log";
const log = logOf(100, origin);
const validators = [1, 2, 3, 4].map(validatorOf);
const policyText = formatValidatorPolicy(
  [log.key],
  validators.map(({ key }) => key),
);
const policy = parsePolicy(suite.hash, policyText);

const entries = Array.from({ length: 9 }, (_, at) => Buffer.from(`entry ${at}`));
const tree = new MemoryTree(
  suite.hash,
  entries.map((entry) => leafHash(suite.hash, entry)),
);
const text = formatCheckpoint({ origin, size: 9, root: tree.root(), extensions: [] });

function cosignedAt(...times: readonly (number | undefined)[]): NoteSignature[] {
  return times.flatMap((seconds, at) => {
    const validator = validators[at];
    return seconds === undefined || validator === undefined
      ? []
      : [validator.cosign(text, seconds)];
  });
}

function note(...signatures: readonly NoteSignature[]): string {
  return formatNote({ text, signatures: [log.sign(text), ...signatures] });
}

const check = (file: string, by: Policy = policy): unknown =>
  verifyCheckpoint(file, { policy: by, suite });

describe("notes", () => {
  it("of the specification are verified with the key of the specification", () => {
    const key = parseVkey(suite.hash, exampleVkey);
    expect(verifyNote(parseNote(exampleNote), [key], suite)).toEqual([{ key, seconds: undefined }]);
    const other = parseNote(exampleNote.replace("example message", "exempla message"));
    expect(failureOf(() => verifyNote(other, [key], suite))).toContain("PROOF_INVALID");
  });

  it("may carry signatures of keys nobody knows", () => {
    const unknown = { name: "who.example", keyId: "00000000", signature: new Uint8Array(5) };
    const sameName = { ...unknown, name: validators[0]?.key.name ?? "" };
    const sameId = { ...unknown, keyId: validators[0]?.key.keyId ?? "" };
    const file = note(unknown, sameName, sameId, ...cosignedAt(5, 6, 7));
    expect(verifyCheckpoint(file, { policy, suite }).cosignedBy).toEqual(["v0", "v1", "v2"]);
  });
});

describe("checkpoints against a policy", () => {
  it("say who cosigned and how old the statement is", () => {
    expect(verifyCheckpoint(note(...cosignedAt(40, 10, 30, 20)), { policy, suite })).toEqual({
      checkpoint: { origin, size: 9, root: tree.root(), extensions: [] },
      cosignedBy: ["v0", "v1", "v2", "v3"],
      // 40, 30 and 20 meet the quorum of three without the one made at 10.
      oldestCosignatureSeconds: 20,
    });
  });

  it("need the quorum", () => {
    expect(failureOf(() => check(note(...cosignedAt(1, 2))))).toBe(
      "QUORUM_NOT_MET: count the cosignatures of size 9: v0, v1 is not enough",
    );
    expect(failureOf(() => check(note()))).toContain("QUORUM_NOT_MET");
  });

  it("count a validator that signed three times once, at its newest time", () => {
    const [one, two] = validators;
    if (one === undefined || two === undefined) throw new Error("there are four validators");
    const thrice = [one.cosign(text, 3), one.cosign(text, 9), one.cosign(text, 4)];
    expect(failureOf(() => check(note(...thrice)))).toContain("v0 is not enough");
    const file = note(...thrice, ...cosignedAt(undefined, 8, 7));
    expect(verifyCheckpoint(file, { policy, suite })).toMatchObject({
      cosignedBy: ["v0", "v1", "v2"],
      oldestCosignatureSeconds: 7,
    });
  });

  it("are refused whole when a known key's signature does not hold", () => {
    const good = cosignedAt(1, 2, 3, 4);
    for (let bit = 0; bit < 8 * 72; bit += 17) {
      const bad = good.map((line, at) =>
        at === 3 ? { ...line, signature: flip(line.signature, bit) } : line,
      );
      expect(failureOf(() => check(note(...bad)))).toContain(
        "verify the signature of key.example/4",
      );
    }
    const plain = { ...log.sign(text), keyId: good[0]?.keyId ?? "", name: good[0]?.name ?? "" };
    expect(failureOf(() => check(note(plain, ...good)))).toContain("key.example/1");
  });

  it("are refused for another text under the same signatures", () => {
    const file = note(...cosignedAt(1, 2, 3));
    expect(failureOf(() => check(file.replace("\n9\n", "\n8\n")))).toContain("PROOF_INVALID");
  });

  it("must be of a log in the policy, signed by it", () => {
    const cosigned = cosignedAt(1, 2, 3);
    const unsigned = formatNote({ text, signatures: cosigned });
    expect(failureOf(() => check(unsigned))).toContain("«scrip.example/log» has not signed");
    const stranger = logOf(100, "other.example/log");
    const others = parsePolicy(
      suite.hash,
      formatValidatorPolicy(
        [stranger.key],
        validators.map(({ key }) => key),
      ),
    );
    expect(failureOf(() => check(note(...cosigned), others))).toContain(
      "the policy has none called",
    );
  });

  it("of a policy without logs need an expected origin", () => {
    const open = parsePolicy(suite.hash, policyText.replace(/^log.*\n/, ""));
    const file = formatNote({ text, signatures: cosignedAt(1, 2, 3) });
    expect(verifyCheckpoint(file, { policy: open, suite, origin }).cosignedBy).toHaveLength(3);
    expect(() => verifyCheckpoint(file, { policy: open, suite })).toThrow(TypeError);
    expect(failureOf(() => verifyCheckpoint(file, { policy: open, suite, origin: "x" }))).toBe(
      "PROOF_INVALID: compare the origin: it is «scrip.example/log»",
    );
  });

  it("with one key under three names are no policy", () => {
    const lines = [1, 1, 1].map((number, at) => `witness w${at} ${vkeyOf(number)}\n`).join("");
    expect(() => parsePolicy(suite.hash, `${lines}group g 3 w0 w1 w2\nquorum g\n`)).toThrow(
      "line 2",
    );
  });

  it("are a promise, not more, when only the log signed", () => {
    expect(verifyLogSignature(note(), { policy, suite }).size).toBe(9);
    const open = parsePolicy(suite.hash, "quorum none\n");
    expect(failureOf(() => verifyLogSignature(note(), { policy: open, suite }))).toContain(
      "names no log",
    );
  });

  it("grow stale", () => {
    const fresh = verifyCheckpoint(note(...cosignedAt(100, 100, 100, 5)), { policy, suite });
    const at = (seconds: number) => () => {
      requireFresh(fresh, { seconds, maxAgeSeconds: 30 });
    };
    expect(failureOf(at(130))).toBe("it did not fail");
    expect(failureOf(at(131))).toBe("STALE: compare the age: 31 s, allowed are 30 s");
    expect(failureOf(at(69))).toContain("STALE");
    const none = parsePolicy(suite.hash, policyText.replace("quorum validators", "quorum none"));
    const ageless = verifyCheckpoint(note(...cosignedAt(1)), { policy: none, suite });
    expect(failureOf(() => requireFresh(ageless, { seconds: 1, maxAgeSeconds: 9 }))).toContain(
      "STALE",
    );
  });
});

describe("proof files", () => {
  const leaf = leafHash(suite.hash, entries[4] ?? new Uint8Array());
  const proof = {
    extra: Uint8Array.of(7),
    index: 4,
    hashes: inclusionProof(suite.hash, tree.read, { index: 4, size: 9 }),
    note: parseNote(note(...cosignedAt(1, 2, 3))),
  };
  const file = formatTlogProof(proof);

  it("hold for their entry, on Node and in the browser", () => {
    const verified = verifyTlogProof(file, leaf, { policy, suite });
    expect(verified).toMatchObject({
      index: 4,
      cosignedBy: ["v0", "v1", "v2"],
      extra: proof.extra,
    });
    expect(verifyInBrowser(file, leaf, { policy, suite: inBrowser })).toEqual(verified);
  });

  it("fail for another entry, another index, another hash or too few cosignatures", () => {
    const verify = (changed: Partial<typeof proof>, about = leaf) =>
      failureOf(() => verifyTlogProof({ ...proof, ...changed }, about, { policy, suite }));
    expect(verify({}, tree.root())).toContain("does not lead to the root of size 9");
    expect(verify({ index: 5 })).toContain("PROOF_INVALID");
    expect(verify({ hashes: proof.hashes.toReversed() })).toContain("PROOF_INVALID");
    expect(verify({ note: parseNote(note(...cosignedAt(1, 2))) })).toContain("QUORUM_NOT_MET");
  });
});

describe("cosigners", () => {
  it("sign checkpoints only", () => {
    expect(failureOf(() => validators[0]?.cosign("not a checkpoint\n", 1))).toContain(
      "PROOF_INVALID",
    );
  });
});
