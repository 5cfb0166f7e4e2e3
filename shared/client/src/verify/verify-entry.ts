import type { TlogProof } from "@scrip/merkle-log";
import { leafHash, verifyProofInclusion } from "@scrip/merkle-log";
import type { Hash } from "@scrip/merkle-log";
import type { EventEntry } from "@scrip/wire";
import { decodeEntry, equalBytes, fromHex, toHex } from "@scrip/wire";
import type {
  CardId,
  CosignedLog,
  EventClaim,
  FrameClaim,
  HashClaim,
  InLog,
  LogClaim,
  RejectionClaim,
} from "./claim.ts";
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
}

/** An entry in a tree, whoever answers for the tree. */
export type ShownEntry =
  | Omit<EventClaim, keyof InLog>
  | Omit<RejectionClaim, keyof InLog>
  | Omit<FrameClaim, keyof InLog>
  | Omit<HashClaim, keyof InLog>;

/** Proves that an entry is in the log, and says what it says. @throws ProofError `PROOF_INVALID` */
export function verifyEntry(
  given: EntryProof & { readonly log: CosignedLog },
  known: KnownOfEntry,
): LogClaim {
  return { ...openEntry(given, known), log: given.log, index: given.proof.index };
}

/**
 * Proves that an entry is in the tree that the proof's checkpoint states, and says what it says. Whether the checkpoint
 * is to be believed is for the caller. @throws ProofError `PROOF_INVALID`
 */
export function openEntry(given: EntryProof, known: KnownOfEntry): ShownEntry {
  const { hash, proof, shown } = given;
  const bytes = oneEntry(shown, known.entry);
  if (bytes === undefined) return openHash(given, known);
  verifyProofInclusion(hash, proof, leafHash(hash, bytes));
  const entry = entryOf(hash, bytes);
  if (known.eventId !== undefined) requireEvent(entry, known.eventId);
  if (known.cardId !== undefined) requireSubject(entry, known.cardId);
  return entry;
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
function openHash({ hash, proof }: EntryProof, { eventId, cardId }: KnownOfEntry): ShownEntry {
  if (eventId === undefined) {
    return invalid("find the entry: the proof does not carry it; give the entry, or its event id");
  }
  check(cardId === undefined, "find the card: without the entry nobody can tell whose it is");
  verifyProofInclusion(hash, proof, fromHex(eventId));
  return { kind: "hash", leafHash: eventId };
}

function entryOf(hash: Hash, bytes: Uint8Array): ShownEntry {
  const entry = step("read the entry", () => decodeEntry(bytes));
  if (entry.kind === "event") {
    return { kind: "event", eventId: toHex(leafHash(hash, bytes)), event: entry.event };
  }
  if (entry.kind === "rejection") {
    // A rejection stands in its event's place and answers to the event's id.
    const eventId = toHex(leafHash(hash, entry.event));
    return { kind: "rejection", eventId, reason: entry.reason };
  }
  return { kind: "frame", entry: entry.kind };
}

function requireEvent(entry: ShownEntry, eventId: string): void {
  check(
    "eventId" in entry && entry.eventId === eventId,
    "compare the event id: the entry in the proof has another",
  );
}

function requireSubject(entry: ShownEntry, cardId: CardId): void {
  const subjects = entry.kind === "event" ? subjectsOf(entry.event) : [];
  check(subjects.includes(cardId), "compare the card: the entry in the proof is not about it");
}

/** The cards that an event touches. */
export function subjectsOf(event: EventEntry["event"]): readonly CardId[] {
  switch (event.type) {
    case "ProgramCreated":
    case "ProgramChanged":
    case "BatchCreated":
    case "ParticipantRegistered":
    case "EpochOpened":
    case "OperationsClosed":
      return [];
    case "CardBound":
    case "CardUnbound":
    case "CardTransferred":
    case "CardLoaded":
    case "CardAdjusted":
    case "CardSuspended":
    case "CardResumed":
    case "CardCancelled":
    case "CardReconciled":
      return [event.card.cardId];
    case "CardReplaced":
      return [event.card.cardId, event.successor.cardId];
    case "PointsGranted":
      return [event.lot.cardId];
    case "CardsGenerated":
    case "CardsAcquired":
    case "CardsDistributed":
    case "CardsExpired":
    case "CardWrittenOff":
    case "CardRefunded":
      return event.cards.map(({ cardId }) => cardId);
  }
}
