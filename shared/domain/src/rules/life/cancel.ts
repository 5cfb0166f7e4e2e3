import { plus, zero } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { CancelCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardCancelled } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import {
  allRefusal,
  changed,
  oneCardEvent,
  oneCardRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { divergedRefusal, unsaidExpiryRefusal } from "../../judging/standing.ts";
import { submit } from "../../judging/submit.ts";
import { issuerRefusal, reasonRefusal } from "../../judging/terms.ts";

/** Ends a card for good; what it held is gone. */
export function decideCancel(situation: Situation, command: CancelCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const amount = subject.card.balance;
  const event: CardCancelled = {
    type: "CardCancelled",
    ...oneCardEvent(subject, command, { amount, balance: zero }),
    issuer: subject.program.issuer,
    reason: command.reason,
  };
  return submit(event, admitCancel(situation, event));
}

/** Any card that has not come to its end, without open holds; one that is past its expiry is EXPIRED first. */
export const admitCancel = (situation: Situation, event: CardCancelled): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card, program) =>
      issuerRefusal(event, program) ??
      reasonRefusal(event) ??
      unsaidExpiryRefusal(card, event.atMs) ??
      endedRefusal(card) ??
      allRefusal(card, event),
  );

function endedRefusal(card: Card): Refusal | null {
  const { status } = card.standing;
  if (status === "REPLACED") return { code: "CARD_REPLACED" };
  return status === "CANCELLED" ? { code: "CARD_CANCELLED" } : divergedRefusal(card);
}

/** The card is CANCELLED, its value too. */
export const evolveCancel = (situation: Situation, event: CardCancelled): Consequence =>
  changed(situation, event, (card) => ({
    balance: zero,
    standing: { status: "CANCELLED", reason: event.reason },
    sums: { ...card.sums, cancelled: plus(card.sums.cancelled, card.balance) },
  }));
