import {
  MemoryTree,
  formatCheckpoint,
  formatNote,
  formatTlogProof,
  formatValidatorPolicy,
  inclusionProof,
  leafHash,
} from "@scrip/merkle-log";
import { cosigner, ed25519Signer, noteSigner, sha256Ed25519 as suite } from "@scrip/signing";
import {
  encodeEntry,
  encodeProofExtra,
  formatEventId,
  logByLine,
  receiptOrigin,
  toHex,
} from "@scrip/wire";
import type { EventEntry } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

/* One event, proven in a log of two entries that three of four validators cosigned ten seconds ago. */

const { hash } = suite;
const origin = "scrip.example/cli";
const cosignedSeconds = 1_700_000_000;
const cardId = `card_${"ab".repeat(20)}`;
const sale = {
  kind: "event",
  event: {
    type: "CardWrittenOff",
    atMs: 1_650_000_000_000,
    actor: "shop",
    opId: "cd".repeat(32),
    programId: "gold",
    programVersion: 1,
    cards: [{ cardId: "ab".repeat(20), version: 4, amount: 5n, balance: 95n, held: 0n }],
    acceptor: "store-330",
    businessAtMs: 1_650_000_000_000,
  },
  nonce: "5a".repeat(16),
  partySignatures: [],
} as unknown as EventEntry;

const entry = encodeEntry(sale);
const tree = new MemoryTree(hash, [leafHash(hash, entry), leafHash(hash, Uint8Array.of(1))]);
const text = formatCheckpoint({ origin, size: 2, root: tree.root(), extensions: [] });
const signer = (name: string, byte: number) => ed25519Signer(name, new Uint8Array(32).fill(byte));
const log = noteSigner(hash, signer(origin, 9));
const validators = [1, 2, 3, 4].map((byte) => cosigner(hash, signer(`v${byte}.example`, byte)));
const policy = formatValidatorPolicy(
  [log.key],
  validators.map(({ key }) => key),
);
const note = {
  text,
  signatures: [
    log.sign(text),
    ...validators.slice(1).map((one) => one.cosign(text, cosignedSeconds)),
  ],
};
const hashes = inclusionProof(hash, tree.read, { index: 0, size: 2 });
const bare = formatTlogProof({ extra: undefined, index: 0, hashes, note });
const proof = formatTlogProof({
  extra: encodeProofExtra({ kind: "event", entry }),
  index: 0,
  hashes,
  note,
});
const eventId = formatEventId(toHex(leafHash(hash, entry)));

describe("scrip verify", () => {
  it("says the claim and exits 0; the policy of the data directory is the default", async () => {
    const { scrip, file, out, err } = stage();
    file("policy.txt", policy);
    expect(await scrip("verify", file("proof.txt", proof), "--card", cardId)).toBe(0);
    expect(out[0]).toBe(`${eventId} is entry 0 of log ${origin} (2 entries)`);
    expect(out.at(-1)).toBe("cosigned by v1, v2, v3 at 2023-11-14T22:13:20Z");
    expect(err).toEqual([]);
  });

  it("says the claim as JSON, for programs", async () => {
    const { scrip, file, out } = stage();
    const given = [file("f.txt", proof), "--policy", file("p.txt", policy), "--json"];
    expect(await scrip("verify", ...given)).toBe(0);
    expect(out).toHaveLength(1);
    const claim = {
      kind: "event",
      index: 0,
      log: { origin, size: 2, cosignedBy: ["v1", "v2", "v3"] },
    };
    expect(JSON.parse(out[0] ?? "")).toMatchObject({
      ...claim,
      eventId: toHex(leafHash(hash, entry)),
      event: { type: "CardWrittenOff", cards: [{ amount: "5", balance: "95" }] },
    });
  });

  it("takes the entry or the event id for a proof without one", async () => {
    const { scrip, file, out } = stage();
    const given = ["verify", file("bare.txt", bare), "--policy", file("p.txt", policy)];
    expect(await scrip(...given, "--entry", file("entry.hex", toHex(entry)))).toBe(0);
    expect(await scrip(...given, "--entry", file("entry.bin", entry))).toBe(0);
    expect(await scrip(...given, "--event", eventId)).toBe(0);
    expect(out.at(-3)).toContain("some entry with the hash");
    expect(await scrip(...given)).toBe(1);
  });

  it("takes a receipt for a promise, says when it is due, and refuses it where only a proof will do", async () => {
    const { scrip, file, out, err } = stage();
    const key = noteSigner(hash, signer(receiptOrigin(origin), 10));
    const keys = validators.map((one) => one.key);
    const given = ["--policy", file("p.txt", formatValidatorPolicy([log.key, key.key], keys))];
    const root = leafHash(hash, entry);
    const promise = (logByMs: number) => {
      const extensions = [logByLine(logByMs)];
      const words = formatCheckpoint({ origin: receiptOrigin(origin), size: 1, root, extensions });
      const receipt = { text: words, signatures: [key.sign(words)] };
      const extra = encodeProofExtra({ kind: "event", entry });
      return file("r.txt", formatTlogProof({ extra, index: 0, hashes: [], note: receipt }));
    };
    expect(await scrip("verify", promise(1_700_000_060_000), ...given, "--card", cardId)).toBe(0);
    expect(out[0]).toBe(`${eventId} is PROMISED to be in log ${origin} by 2023-11-14T22:14:20Z`);
    expect(out.at(-1)).toContain(`at the latest /v1/events/${eventId}/proof has the proof`);
    const due = promise(1_700_000_009_999);
    expect(await scrip("verify", due, ...given)).toBe(0);
    expect(out.at(-1)).toContain("it is due since 2023-11-14T22:13:29.999Z");
    expect(await scrip("verify", due, ...given, "--committed")).toBe(1);
    expect(err.at(-1)).toMatch(/^PROOF_INVALID: read the checkpoint: this is a receipt/);
    expect(await scrip("verify", file("f.txt", proof), ...given, "--committed")).toBe(0);
  });

  it("exits 1 with the code and the step that failed, and nothing else", async () => {
    const { scrip, file, out, err } = stage();
    const policyFile = file("p.txt", policy);
    const refuse = async (content: string, ...more: string[]): Promise<string> => {
      expect(await scrip("verify", file("f.txt", content), "--policy", policyFile, ...more)).toBe(
        1,
      );
      return err.at(-1) ?? "";
    };
    expect(await refuse(proof.replace("index 0", "index 1"))).toMatch(
      /^PROOF_INVALID: the inclusion/,
    );
    expect(await refuse(formatNote({ text, signatures: note.signatures.slice(0, 3) }))).toMatch(
      /^QUORUM_NOT_MET: count the cosignatures/,
    );
    expect(await refuse(formatNote(note), "--max-age", "9s")).toBe(
      "STALE: compare the age: 10 s, allowed are 9 s",
    );
    expect(await refuse(proof, "--card", `card_${"00".repeat(20)}`)).toContain("compare the card");
    file("p.txt", policy.replace("quorum", "quarum"));
    expect(await refuse(proof)).toMatch(/^PROOF_INVALID: read the policy: line 7/);
    expect(out).toEqual([]);
    expect(err).toHaveLength(5);
  });

  it("reads a code from standard input and never repeats it", async () => {
    for (const input of ["ABCDE-FGHJK-MNPQR-STVWX-YZ012\n", "x".repeat(300)]) {
      const { scrip, file, out, err } = stage({ input });
      const given = [file("f.txt", proof), "--policy", file("p.txt", policy), "--code-stdin"];
      expect(await scrip("verify", ...given)).toBe(1);
      expect(err).toHaveLength(1);
      expect([...out, ...err].join("")).not.toContain(input.slice(6, 11));
    }
  });

  it("takes what is no id for a slip of the caller, not for a proof that fails", async () => {
    const { scrip, file, err } = stage();
    const given = ["verify", file("f.txt", proof), "--policy", file("p.txt", policy)];
    const slips = [
      ["--event", "evt_0000"],
      ["--event", cardId],
      ["--card", "card_12"],
    ] as const;
    for (const [option, value] of slips) {
      err.length = 0;
      expect(await scrip(...given, option, value)).toBe(2);
      expect(err[0]).toContain(`option '${option} <id>' argument '${value}' is invalid`);
      expect(err.join()).not.toContain("PROOF_INVALID");
    }
    expect(await scrip(...given, "--event", `evt_${"00".repeat(32)}`)).toBe(1);
    expect(err.at(-1)).toMatch(/^PROOF_INVALID: /);
  });

  it("says which file is not there", async () => {
    const { scrip, file, err, dir } = stage();
    expect(await scrip("verify", file("f.txt", proof))).toBe(1);
    expect(err).toEqual([
      `scrip: cannot read the policy (--policy) in ${dir}/policy.txt: there is no such file`,
    ]);
  });
});

describe("the command line", () => {
  it("refuses what it does not know with exit code 2, and helps with exit code 0", async () => {
    const { scrip, out, err } = stage();
    for (const args of [["frobnicate"], ["verify"], ["verify", "f", "--max-age", "soon"]]) {
      expect(await scrip(...args)).toBe(2);
    }
    expect(await scrip("verify", "f", "--card", "c", "--code-stdin")).toBe(2);
    expect(await scrip("replay", "f", "--households", "0")).toBe(2);
    expect(err.length).toBeGreaterThan(4);
    expect(out).toEqual([]);
    for (const name of ["verify", "walk", "replay", "status"]) {
      expect(await scrip(name, "--help")).toBe(0);
      expect(out.at(-1)).toContain("Examples:");
    }
  });

  it("says in one line that nobody answers, or that there are no keys", async () => {
    const { scrip, file, err } = stage();
    const nobody = stage({ env: { SCRIP_DATA_DIR: "/nowhere" } });
    expect(await nobody.scrip("status")).toBe(1);
    expect(nobody.err).toEqual([
      "scrip: cannot read the API keys in /nowhere/keys.json: there is no such file",
    ]);
    file("keys.json", '{"issuer":"sk"}');
    expect(await scrip("status")).toBe(1);
    expect(err[0]).toContain("has no API key for: distributor, acceptor, regulator, operator");
  });
});
