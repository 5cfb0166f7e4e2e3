import type { TlogProof } from "@scrip/merkle-log";
import { leafHash, verifyProofInclusion } from "@scrip/merkle-log";
import type { Hash } from "@scrip/merkle-log";
import type { EventEntry } from "@scrip/wire";
import { decodeEntry, equalBytes, fromHex, toHex } from "@scrip/wire";
import type { CardId, Claim, CosignedLog } from "./claim.ts";
import { check, invalid, step } from "./steps.ts";

/** What the caller already holds of the entry: its bytes, its leaf hash (hex), or a card it must name (hex). */
export interface KnownOfEntry {
  readonly entry: Uint8Array | undefined;
  readonly eventId: string | undefined;
  readonly cardId: CardId | undefined;
}

interface EntryProof {
  readonly hash: Hash;
  readonly proof: TlogProof;
  /** From the proof's `extra`: trusted only once it hashes to the leaf. */
  readonly shown: Uint8Array | undefined;
  readonly log: CosignedLog;
}

/** Proves that an entry is in the log, and says what it says. @throws ProofError `PROOF_INVALID` */
export function verifyEntry(given: EntryProof, known: KnownOfEntry): Claim {
  const { hash, proof, shown, log } = given;
  const entry = oneEntry(shown, known.entry);
  if (entry === undefined) return verifyHash(given, known);
  verifyProofInclusion(hash, proof, leafHash(hash, entry));
  const claim = claimOf(hash, entry, { log, index: proof.index });
  if (known.eventId !== undefined) requireEvent(claim, known.eventId);
  if (known.cardId !== undefined) requireSubject(claim, known.cardId);
  return claim;
}

function oneEntry(
  shown: Uint8Array | undefined,
  held: Uint8Array | undefined,
): Uint8Array | undefined {
  if (shown !== undefined && held !== undefined) {
    check(equalBytes(shown, held), "compare the entry: the one given is not the one in the proof");
  }
  return held ?? shown;
}

/** Without the entry the path alone can be checked, and only for a hash that the caller names. */
function verifyHash({ hash, proof, log }: EntryProof, { eventId, cardId }: KnownOfEntry): Claim {
  if (eventId === undefined) {
    return invalid("find the entry: the proof does not carry it; give the entry, or its event id");
  }
  check(cardId === undefined, "find the card: without the entry nobody can tell whose it is");
  verifyProofInclusion(hash, proof, fromHex(eventId));
  return { kind: "hash", log, index: proof.index, leafHash: eventId };
}

function claimOf(
  hash: Hash,
  bytes: Uint8Array,
  at: { readonly log: CosignedLog; readonly index: number },
): Claim {
  const entry = step("read the entry", () => decodeEntry(bytes));
  if (entry.kind === "event") {
    return { kind: "event", ...at, eventId: toHex(leafHash(hash, bytes)), event: entry.event };
  }
  if (entry.kind === "rejection") {
    // A rejection stands in its event's place and answers to the event's id.
    const eventId = toHex(leafHash(hash, entry.event));
    return { kind: "rejection", ...at, eventId, reason: entry.reason };
  }
  return { kind: "frame", ...at, entry: entry.kind };
}

function requireEvent(claim: Claim, eventId: string): void {
  check(
    "eventId" in claim && claim.eventId === eventId,
    "compare the event id: the entry in the proof has another",
  );
}

function requireSubject(claim: Claim, cardId: CardId): void {
  const subjects = claim.kind === "event" ? subjectsOf(claim.event) : [];
  check(subjects.includes(cardId), "compare the card: the entry in the proof is not about it");
}

/** The cards that an event touches. */
export function subjectsOf(event: EventEntry["event"]): readonly CardId[] {
  switch (event.type) {
    case "ProgramCreated":
    case "BatchCreated":
    case "ParticipantRegistered":
      return [];
    case "CardBound":
      return [event.card.cardId];
    case "PointsGranted":
      return [event.lot.cardId];
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
    case "CardWrittenOff":
    case "CardRefunded":
      return event.cards.map(({ cardId }) => cardId);
  }
}
