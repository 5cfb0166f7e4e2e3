import type { Card, CardStatus, Standing } from "../card.ts";
import type { Refusal } from "../refusals.ts";

/**
 * The standing that counts at a time: past its expiry a card is expired, whether or not an event has
 * said so yet. Terminal standings stay what they are, and so does that of a card that waits to be reconciled.
 */
function standingAt(card: Card, atMs: number): Standing {
  const { status } = card.standing;
  if (status === "REPLACED" || status === "CANCELLED" || isSetApart(card)) return card.standing;
  if (card.expiresAtMs === null || atMs < card.expiresAtMs) return card.standing;
  return { status: "EXPIRED" };
}

/** The status that counts at a time. */
const statusAt = (card: Card, atMs: number): CardStatus => standingAt(card, atMs).status;

/** Whether an event has to say by that time that the card is expired. */
export const isExpiryDue = (card: Card, atMs: number): boolean =>
  card.standing.status !== "EXPIRED" && statusAt(card, atMs) === "EXPIRED";

/** Why nothing is done at that time with a card that has expired, before an event has said so. */
export const unsaidExpiryRefusal = (card: Card, atMs: number): Refusal | null =>
  isExpiryDue(card, atMs) ? { code: "CARD_EXPIRED" } : null;

/** When the card expires, if no event has said so or made it pointless; `null`: never, or not before it is reconciled. */
export function dueAtMs(card: Card): number | null {
  const { status } = card.standing;
  const ended = status === "EXPIRED" || status === "REPLACED" || status === "CANCELLED";
  return ended || isSetApart(card) ? null : card.expiresAtMs;
}

/** Why nobody may do anything with the card at that time; `null` while it is on its ordinary way. */
export function blockedRefusal(card: Card, atMs: number): Refusal | null {
  const standing = standingAt(card, atMs);
  switch (standing.status) {
    case "SUSPENDED":
      return { code: "CARD_SUSPENDED", reason: standing.reason };
    case "EXPIRED":
      return { code: "CARD_EXPIRED" };
    case "REPLACED":
      return { code: "CARD_REPLACED" };
    case "CANCELLED":
      return { code: "CARD_CANCELLED" };
    case "GENERATED":
    case "ALLOCATED":
    case "ACTIVE":
    case "REDEEMED":
      return null;
  }
}

/** Why the card is not in its holder's use at that time: only ACTIVE and REDEEMED are. */
export function useRefusal(card: Card, atMs: number): Refusal | null {
  const { status } = card.standing;
  const stock = status === "GENERATED" || status === "ALLOCATED";
  return (
    blockedRefusal(card, atMs) ?? (stock ? { code: "CARD_NOT_ACTIVE", cardStatus: status } : null)
  );
}

/** Whether the card waits for its reconciliation, since the ledger refused an event of it. */
export const isSetApart = ({ standing }: Card): boolean =>
  standing.status === "SUSPENDED" && standing.reason === "LEDGER_REJECTED";

/** Why nobody may touch a card that is set apart: until it is reconciled store and ledger see different cards. */
export const divergedRefusal = (card: Card): Refusal | null =>
  isSetApart(card) ? { code: "CARD_SUSPENDED", reason: "LEDGER_REJECTED" } : null;

/**
 * Why the card takes no refund. A suspended or expired card takes it and stays what it is; what a replaced card is
 * owed goes to its successor.
 */
export function refundRefusal(card: Card): Refusal | null {
  const { status } = card.standing;
  switch (status) {
    case "CANCELLED":
      return { code: "CARD_CANCELLED" };
    case "REPLACED":
      return { code: "CARD_REPLACED" };
    case "GENERATED":
    case "ALLOCATED":
      return { code: "CARD_NOT_ACTIVE", cardStatus: status };
    case "ACTIVE":
    case "SUSPENDED":
    case "REDEEMED":
    case "EXPIRED":
      return divergedRefusal(card);
  }
}

/** Why the card's value cannot be loaded or corrected at that time: as for use, but a suspended card can. */
export function creditRefusal(card: Card, atMs: number): Refusal | null {
  const refusal = useRefusal(card, atMs);
  return refusal?.code === "CARD_SUSPENDED" ? divergedRefusal(card) : refusal;
}

/** The status of a card in use that has so much left. */
export const inUse = (balance: bigint): Standing => ({
  status: balance > 0n ? "ACTIVE" : "REDEEMED",
});

/** The standing of a card whose balance moved: whatever blocks it goes on doing so. */
export const standingWith = ({ standing }: Card, balance: bigint): Standing =>
  standing.status === "ACTIVE" || standing.status === "REDEEMED" ? inUse(balance) : standing;
