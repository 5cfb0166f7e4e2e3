import type { Note } from "@scrip/merkle-log";
import { parseNote, parseTlogProof } from "@scrip/merkle-log";
import type { CryptoSuite, VerifiedCheckpoint } from "@scrip/signing/browser";
import { requireFresh } from "@scrip/signing/browser";
import type { ProofExtra } from "@scrip/wire";
import { cardIdOfCode, decodeProofExtra, parseCardId, parseCode, parseEventId } from "@scrip/wire";
import type { CardId, Claim, CosignedLog } from "./claim.ts";
import { check, invalid, step } from "./steps.ts";
import type { Trust } from "./trust.ts";
import { promisedLog, readPolicy, requireQuorum } from "./trust.ts";
import { verifyCard } from "./verify-card.ts";
import { verifyEntry } from "./verify-entry.ts";
import { verifyReceipt } from "./verify-receipt.ts";

/** What is to be verified, and against what. */
export interface Verification {
  /** A proof file or receipt (C2SP tlog-proof), or a checkpoint (C2SP tlog-checkpoint). */
  readonly file: string | Uint8Array;
  /** Whom to trust (C2SP tlog-policy). */
  readonly policy: string | Uint8Array;
  /** The entry's bytes, for an event's proof that does not carry them. */
  readonly entry?: Uint8Array;
  /** `evt_…`: the event that the proof must be of. Without any entry, its hash is proven and nothing else. */
  readonly eventId?: string;
  /** `card_…`: the card that the proof must be about. */
  readonly card?: string;
  /** The same, from the card's secret. Never part of a claim or of an error. */
  readonly code?: string;
  /** How old a card's proof or a checkpoint may be, milliseconds. */
  readonly maxAgeMs?: number;
  /** Takes no promise: a receipt is refused, where otherwise it is verified as what it is. */
  readonly committed?: boolean;
  readonly nowMs: number;
  readonly suite: CryptoSuite;
}

const proofHeader = "c2sp.org/tlog-proof@";

/**
 * Verifies a file offline and says what it proves, or, of a receipt, what it promises.
 * @throws ProofError with `step`, the check that failed: `PROOF_INVALID`, `QUORUM_NOT_MET` or `STALE`.
 */
export function verifyFile(verification: Verification): Claim {
  const { suite, policy } = verification;
  const trust: Trust = { policy: readPolicy(suite, policy), suite };
  const text = textOf(verification.file);
  return text.startsWith(proofHeader)
    ? verifyProof(text, trust, verification)
    : verifyCheckpointFile(text, trust, verification);
}

function verifyCheckpointFile(text: string, trust: Trust, given: Verification): Claim {
  const named = given.card ?? given.code ?? given.entry ?? given.eventId;
  check(
    named === undefined,
    "read the file: a checkpoint is about the log, not about an entry or a card",
  );
  const log = requireLog(parseNote(text), trust, given);
  return { kind: "checkpoint", log };
}

function verifyProof(text: string, trust: Trust, given: Verification): Claim {
  const { suite, nowMs } = given;
  const proof = parseTlogProof(text);
  const extra = step("read the proof's extra", () => extraOf(proof.extra));
  const { hash } = suite;
  const cardId = wantedCard(given);
  const known = { entry: given.entry, eventId: wantedEvent(given), cardId };
  if (given.committed !== true && promisedLog(proof.note) !== undefined) {
    check(extra?.kind !== "card", "read the receipt: it is for an event, not for a card's state");
    return verifyReceipt({ proof, shown: extra?.entry, nowMs }, known, trust);
  }
  if (extra?.kind === "card") {
    const named = given.entry ?? given.eventId;
    check(named === undefined, "read the file: this proof is of a card's state, not of an event");
    const log = requireLog(proof.note, trust, given);
    return verifyCard({ hash, proof, extra, log, nowMs }, cardId);
  }
  const log = cosignedLog(requireQuorum(proof.note, trust));
  return verifyEntry({ hash, proof, shown: extra?.entry, log }, known);
}

/** The log of a checkpoint that meets the policy and is young enough. */
function requireLog(note: Note, trust: Trust, { maxAgeMs, nowMs }: Verification): CosignedLog {
  const verified = requireQuorum(note, trust);
  if (maxAgeMs !== undefined) {
    const now = { seconds: Math.floor(nowMs / 1_000), maxAgeSeconds: maxAgeMs / 1_000 };
    requireFresh(verified, now);
  }
  return cosignedLog(verified);
}

function cosignedLog(verified: VerifiedCheckpoint): CosignedLog {
  const { checkpoint, cosignedBy, oldestCosignatureSeconds } = verified;
  check(
    oldestCosignatureSeconds !== undefined,
    "tell the age: no cosignature says when it was made",
  );
  const { origin, size } = checkpoint;
  return { origin, size, cosignedBy, cosignedAtMs: oldestCosignatureSeconds * 1_000 };
}

const extraOf = (extra: Uint8Array | undefined): ProofExtra | undefined =>
  extra === undefined ? undefined : decodeProofExtra(extra);

/** The card asked for. The code itself stays out of every message. */
function wantedCard({ card, code, suite }: Verification): CardId | undefined {
  if (card === undefined && code === undefined) return undefined;
  const symbols = code === undefined ? undefined : parseCode(code);
  check(symbols !== null, "read the code: it is not a card's code");
  const fromCode = symbols === undefined ? undefined : cardIdOfCode(suite.hash, symbols);
  if (card === undefined) return fromCode;
  const cardId = parseCardId(card) ?? invalid("read the card id: it is not one (card_…)");
  check(fromCode === undefined || fromCode === cardId, "compare the card: the code is another's");
  return cardId;
}

function wantedEvent({ eventId }: Verification): string | undefined {
  if (eventId === undefined) return undefined;
  return parseEventId(eventId) ?? invalid("read the event id: it is not one (evt_…)");
}

function textOf(file: string | Uint8Array): string {
  if (typeof file === "string") return file;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(file);
  } catch {
    return invalid("read the file: it is not UTF-8");
  }
}
