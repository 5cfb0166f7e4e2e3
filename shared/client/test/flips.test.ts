import { ProofError } from "@scrip/merkle-log";
import { sha256Ed25519 as suite } from "@scrip/signing";
import { encodeEntry } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { verifyFile } from "../src/index.ts";
import { card, sale, typed } from "./cards.ts";
import {
  cardExtra,
  cardProof,
  checkpoint,
  cosignedAtMs,
  eventProof,
  policy,
  proofOf,
  receiptOf,
  sealed,
} from "./rehearsal.ts";

/* A bit of every byte that is verified: none may be another without being refused. */

const state = card(0, 7_401n);
const world = sealed([sale(0, 2_599n), sale(1, 1n)], [state, card(1, 9_999n), card(2, 1n)]);
const promised = [sale(0, 2_599n), sale(1, 1n), sale(2, 7n)].map((entry) => encodeEntry(entry));
const [code = ""] = typed;
// One more than the quorum: the fourth signature is not needed, and still not to be tampered with.
const by = [0, 1, 2, 3];

type Attempt = (bytes: Uint8Array) => unknown;
const given = { nowMs: cosignedAtMs, suite };

/** The flips of `text`, one bit of every byte, that do not lead to a refusal which names its step. */
function survivors(text: string, attempt: Attempt): string[] {
  const bytes = Buffer.from(text);
  return Array.from(bytes.keys()).flatMap((at) => {
    const flipped = Uint8Array.from(bytes);
    // Another bit in each place: the low ones make another digit or letter, bit 5 the other case, bit 7 no text.
    flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    const fault = faultOf(attempt, flipped);
    return fault === undefined ? [] : [`byte ${at}: ${fault}`];
  });
}

function faultOf(attempt: Attempt, bytes: Uint8Array): string | undefined {
  try {
    attempt(bytes);
    return "it was accepted";
  } catch (error) {
    const refused = error instanceof ProofError && error.step !== "";
    return refused ? undefined : String(error);
  }
}

describe("a flipped bit is refused", () => {
  it.each([
    ["an event's proof", eventProof(world, 1, { by }), {}],
    ["a card's proof", cardProof(world, state, { by }), { code }],
    [
      "a card's proof with both halves",
      proofOf(world, 2, { by, extra: cardExtra(world, state, true) }),
      {},
    ],
    ["a receipt", receiptOf(promised, 1), { code: typed[1] ?? "" }],
    ["a checkpoint", checkpoint(world, { by }), {}],
  ])("in %s", (_, file, asked) => {
    const attempt: Attempt = (bytes) => verifyFile({ ...given, ...asked, file: bytes, policy });
    expect(() => attempt(Buffer.from(file))).not.toThrow();
    expect(survivors(file, attempt)).toEqual([]);
  });

  it("in the policy", () => {
    const file = checkpoint(world, { by });
    const attempt: Attempt = (bytes) => verifyFile({ ...given, file, policy: bytes });
    expect(() => attempt(Buffer.from(policy))).not.toThrow();
    expect(survivors(policy, attempt)).toEqual([]);
  });
});

describe("a policy", () => {
  const refusal = (changed: string): string => {
    try {
      verifyFile({ ...given, file: checkpoint(world), policy: changed });
      return "it was accepted";
    } catch (error) {
      return error instanceof ProofError ? `${error.code}: ${error.step}` : String(error);
    }
  };

  it("that is garbled is refused with its line", () => {
    expect(refusal("")).toContain("PROOF_INVALID: read the policy:");
    expect(refusal(policy.replace("witness v1", "witless v1"))).toContain("line 4:");
    expect(refusal(policy.replace("+", "-"))).toContain("line 1:");
  });

  it("that proves nothing is refused", () => {
    const withoutQuorum = policy.replace("quorum validators", "quorum none");
    expect(refusal(withoutQuorum)).toContain("it asks for no cosigner");
    const withoutLog = policy.split("\n").slice(2).join("\n");
    expect(refusal(withoutLog)).toContain("it names no log");
    for (const weaker of ["1", "2", "any", "4"]) {
      const changed = policy.replace("validators 3 ", `validators ${weaker} `);
      expect(refusal(changed)).toContain("the quorum of 4 validators is 3");
    }
  });

  it("of one's own may ask for whom it likes", () => {
    const own = policy.replace(/group[^]*$/, "group mine any v0 v2\nquorum mine\n");
    expect(refusal(own)).toBe("it was accepted");
    const claim = verifyFile({ ...given, file: checkpoint(world, { by: [2] }), policy: own });
    expect(claim).toMatchObject({ log: { cosignedBy: ["v2"] } });
  });
});
