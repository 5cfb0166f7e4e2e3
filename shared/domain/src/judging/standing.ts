import type { Card, Standing } from "../card.ts";
import type { Refusal } from "../refusals.ts";

/**
 * The standing that counts at a time: past its expiry a card is expired, whether or not an event has
 * said so yet. Terminal standings stay what they are.
 */
function standingAt(card: Card, atMs: number): Standing {
  const { status } = card.standing;
  if (status === "REPLACED" || status === "CANCELLED") return card.standing;
  if (card.expiresAtMs === null || atMs < card.expiresAtMs) return card.standing;
  return { status: "EXPIRED" };
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

/**
 * Why the card takes no refund. A suspended or expired card takes it and stays what it is.
 * What a replaced card is owed goes to its successor, which comes with replacing.
 */
export function creditRefusal(card: Card): Refusal | null {
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
      return null;
  }
}
