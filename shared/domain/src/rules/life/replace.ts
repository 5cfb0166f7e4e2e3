import { plus, zero } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { ReplaceCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardReplaced } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import { afterRefusal, newRefusal, noSums, touch } from "../../judging/effects.ts";
import { allRefusal, oneCardEvent, oneCardRefusal } from "../../judging/one-card.ts";
import { divergedRefusal, inUse, unsaidExpiryRefusal } from "../../judging/standing.ts";
import { admitted, refuse, submit, untouched } from "../../judging/submit.ts";
import { expiryRefusal, issuerRefusal } from "../../judging/terms.ts";

/** A new card takes the place of one that is lost, stolen, suspended or expired. */
export function decideReplace(situation: Situation, command: ReplaceCard): Decision {
  const { program, cards } = situation;
  const { successorId: cardId } = command;
  const card = [...cards.values()].find((one) => one.cardId !== cardId);
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (card === undefined) return refuse({ code: "CARD_NOT_FOUND" });
  const amount = card.balance;
  const event: CardReplaced = {
    type: "CardReplaced",
    ...oneCardEvent({ program, card }, command, { amount, balance: zero }),
    issuer: program.issuer,
    successor: { cardId, version: 1, amount, balance: amount, held: zero },
    expiresAtMs: command.expiresAtMs,
  };
  return submit(event, admitReplace(situation, event));
}

/**
 * A card that has been used or blocked, without open holds; all of its value moves, to a card that is new. One that is
 * past its expiry is EXPIRED first: what expired does not move.
 */
export const admitReplace = (situation: Situation, event: CardReplaced): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card, program) =>
      issuerRefusal(event, program) ??
      unsaidExpiryRefusal(card, event.atMs) ??
      replaceableRefusal(card) ??
      successorRefusal(situation, event) ??
      allRefusal(card, event),
  );

function replaceableRefusal(card: Card): Refusal | null {
  const { status } = card.standing;
  switch (status) {
    case "ACTIVE":
    case "SUSPENDED":
    case "EXPIRED":
      return divergedRefusal(card);
    case "REPLACED":
      return { code: "CARD_REPLACED" };
    case "CANCELLED":
      return { code: "CARD_CANCELLED" };
    case "GENERATED":
    case "ALLOCATED":
    case "REDEEMED":
      return { code: "CARD_NOT_ACTIVE", cardStatus: status };
  }
}

function successorRefusal(situation: Situation, event: CardReplaced): Refusal | null {
  const { successor, atMs, expiresAtMs } = event;
  const refusal = newRefusal(situation, successor);
  if (refusal !== null) return refusal;
  if (successor.amount !== event.card.amount) return { code: "AFTER_AMOUNTS_WRONG" };
  return expiryRefusal(expiresAtMs, atMs) ?? afterRefusal(successor, successor.amount, zero);
}

/** The old card is REPLACED and empty; balance, binding, refundables and the day's spending are the new card's. */
export function evolveReplace(situation: Situation, event: CardReplaced): Consequence {
  const { atMs, expiresAtMs, programVersion } = event;
  const old = admitted(situation.cards.get(event.card.cardId), "card");
  const { balance } = old;
  const { cardId } = event.successor;
  const replaced = touch(old, atMs, {
    standing: { status: "REPLACED", successor: cardId },
    binding: { kind: "UNBOUND" },
    balance: zero,
    sums: { ...old.sums, movedOut: plus(old.sums.movedOut, balance) },
    refundables: [],
    dailySpend: null,
  });
  const successor: Card = {
    ...touch(old, atMs, {
      standing: inUse(balance),
      sums: { ...noSums, movedIn: balance },
    }),
    cardId,
    programVersion,
    generatedAtMs: atMs,
    expiresAtMs,
    version: 1,
  };
  return { ...untouched, cards: [replaced, successor] };
}
