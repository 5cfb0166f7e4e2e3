import { refundableInlineMax } from "@scrip/domain";
import type {
  BatchId,
  Card,
  CardId,
  CardStatus,
  DailySpend,
  HolderCommitment,
  OpId,
  ParticipantId,
  ProgramId,
  Reason,
  Refundable,
  Standing,
  Sums,
  Unit,
} from "@scrip/domain";
import type { CardState } from "../states.ts";
import type { Codec } from "../codec/codec.ts";
import { arrayOf, tuple } from "../codec/codec.ts";
import type { Fields } from "../codec/record.ts";
import { field, listed, optional, record } from "../codec/record.ts";
import {
  amountCodec,
  booleanCodec,
  hex,
  nameCodec,
  oneOf,
  programVersionCodec,
  sumCodec,
  timeMs,
  unitCodec,
  whole,
} from "../codec/scalars.ts";
import { reasonNumbers, statusNumbers } from "./numbers.ts";

/** What anybody may be shown of a card. */
export interface CardPublic {
  readonly status: CardStatus;
  readonly diverged: boolean;
  readonly unit: Unit;
  readonly expiresAtMs: number | null;
  readonly programId: ProgramId;
  readonly version: number;
}

/** What else there is of the card itself. */
interface CardHidden extends Omit<
  Card,
  "unit" | "expiresAtMs" | "programId" | "version" | "standing" | "binding"
> {
  readonly reason: Reason | null;
  readonly successor: CardId | null;
  readonly holder: HolderCommitment | null;
}

/** Everything else: for the holder, the acceptor, the regulator. */
export interface CardPrivate extends CardHidden {
  readonly lastEventId: string;
  readonly nonce: string;
}

export const cardPublicCodec = record<CardPublic>({
  status: field(1, oneOf(statusNumbers)),
  diverged: field(2, booleanCodec),
  unit: field(3, unitCodec),
  expiresAtMs: optional(4, timeMs),
  programId: field(5, nameCodec<ProgramId>()),
  version: field(6, whole(1)),
});

const sums = tuple<Sums>({
  loaded: amountCodec,
  adjusted: sumCodec,
  movedIn: amountCodec,
  movedOut: amountCodec,
  writtenOff: amountCodec,
  refunded: amountCodec,
  expired: amountCodec,
  cancelled: amountCodec,
});

const refundable = tuple<Refundable>({
  opId: hex<OpId>(32),
  acceptor: nameCodec<ParticipantId>(),
  amount: amountCodec,
  refunded: amountCodec,
  refundableUntilMs: timeMs,
});

const dailySpend = tuple<DailySpend>({ day: whole(0), amount: amountCodec });

const hiddenFields: Fields<CardHidden> = {
  cardId: field(1, hex<CardId>(20)),
  // 2 and 3: nonce and id of the last event.
  lastAtMs: field(4, timeMs),
  balance: field(5, amountCodec),
  held: field(6, amountCodec),
  sums: field(7, sums),
  refundables: listed(8, arrayOf(refundable, { min: 0, max: refundableInlineMax })),
  // Reserved: 9 open holds.
  holder: optional(10, hex<HolderCommitment>(32)),
  programVersion: field(11, programVersionCodec),
  batchId: optional(12, hex<BatchId>(16)),
  faceValue: field(13, amountCodec),
  generatedAtMs: field(14, timeMs),
  issuer: field(15, nameCodec<ParticipantId>()),
  distributor: optional(16, nameCodec<ParticipantId>()),
  reason: optional(17, oneOf(reasonNumbers)),
  successor: optional(18, hex<CardId>(20)),
  dailySpend: optional(19, dailySpend),
};

const cardHiddenCodec = record<CardHidden>(hiddenFields);

export const cardPrivateCodec = record<CardPrivate>({
  ...hiddenFields,
  nonce: field(2, hex(16)),
  lastEventId: field(3, hex(32)),
});

/** The public half of a card's state. */
export const publicOfCard = ({ card, diverged }: CardState): CardPublic => ({
  status: card.standing.status,
  diverged,
  unit: card.unit,
  expiresAtMs: card.expiresAtMs,
  programId: card.programId,
  version: card.version,
});

/** The private half. Named one by one: spreading a card this large costs more than writing it. */
export const privateOfCard = ({ card, lastEventId, nonce }: CardState): CardPrivate => ({
  nonce,
  lastEventId,
  cardId: card.cardId,
  lastAtMs: card.lastAtMs,
  balance: card.balance,
  held: card.held,
  sums: card.sums,
  refundables: card.refundables,
  holder: card.binding.kind === "BOUND" ? card.binding.holder : null,
  programVersion: card.programVersion,
  batchId: card.batchId,
  faceValue: card.faceValue,
  generatedAtMs: card.generatedAtMs,
  issuer: card.issuer,
  distributor: card.distributor,
  reason: "reason" in card.standing ? card.standing.reason : null,
  successor: "successor" in card.standing ? card.standing.successor : null,
  dailySpend: card.dailySpend,
});

/** Both halves together, or `null` when they do not make a card. */
export function joinCard(shown: CardPublic, hidden: CardPrivate): CardState | null {
  const card = wholeCard(shown, hidden);
  const { lastEventId, nonce } = hidden;
  return card && { card, lastEventId, nonce, diverged: shown.diverged };
}

function wholeCard(shown: CardPublic, hidden: CardHidden): Card | null {
  const standing = standingOf(shown.status, hidden);
  if (standing === null) return null;
  const { holder } = hidden;
  return {
    cardId: hidden.cardId,
    programId: shown.programId,
    programVersion: hidden.programVersion,
    unit: shown.unit,
    batchId: hidden.batchId,
    faceValue: hidden.faceValue,
    generatedAtMs: hidden.generatedAtMs,
    issuer: hidden.issuer,
    distributor: hidden.distributor,
    expiresAtMs: shown.expiresAtMs,
    standing,
    binding: holder === null ? { kind: "UNBOUND" } : { kind: "BOUND", holder },
    balance: hidden.balance,
    held: hidden.held,
    sums: hidden.sums,
    refundables: hidden.refundables,
    dailySpend: hidden.dailySpend,
    version: shown.version,
    lastAtMs: hidden.lastAtMs,
  };
}

/** A card on its own, as an event carries it: [public half, the rest without its last event]. */
export const cardCodec: Codec<Card> = {
  write(writer, card) {
    const state = { card, lastEventId: "", nonce: "", diverged: false };
    writer.array(2);
    cardPublicCodec.write(writer, publicOfCard(state));
    cardHiddenCodec.write(writer, privateOfCard(state));
  },
  read(reader) {
    const start = reader.offset;
    if (reader.array() !== 2) reader.fail("CBOR_UNEXPECTED", "not a card", start);
    const shown = cardPublicCodec.read(reader);
    const card = wholeCard(shown, cardHiddenCodec.read(reader));
    if (card === null || shown.diverged) return reader.fail("CBOR_UNEXPECTED", "no card", start);
    return card;
  },
};

/** A reason stands with SUSPENDED and CANCELLED alone, a successor with REPLACED alone. */
function standingOf(status: CardStatus, { reason, successor }: CardHidden): Standing | null {
  switch (status) {
    case "SUSPENDED":
    case "CANCELLED":
      return reason !== null && successor === null ? { status, reason } : null;
    case "REPLACED":
      return successor !== null && reason === null ? { status, successor } : null;
    case "GENERATED":
    case "ALLOCATED":
    case "ACTIVE":
    case "REDEEMED":
    case "EXPIRED":
      return reason === null && successor === null ? { status } : null;
  }
}
