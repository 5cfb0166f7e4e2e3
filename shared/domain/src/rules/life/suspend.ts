import type { SuspendCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardSuspended } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import {
  changed,
  oneCardEvent,
  oneCardRefusal,
  stillRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { useRefusal } from "../../judging/standing.ts";
import { submit } from "../../judging/submit.ts";
import { reasonRefusal } from "../../judging/terms.ts";

/** Blocks a card by order, with a reason, until it is resumed. */
export function decideSuspend(situation: Situation, command: SuspendCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const event: CardSuspended = {
    type: "CardSuspended",
    ...oneCardEvent(subject, command),
    reason: command.reason,
  };
  return submit(event, admitSuspend(situation, event));
}

/** Only a card in use, and not with the reason that is the ledger's alone; nothing of its value moves. */
export const admitSuspend = (situation: Situation, event: CardSuspended): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card) => reasonRefusal(event) ?? useRefusal(card, event.atMs) ?? stillRefusal(card, event),
  );

/** The card is SUSPENDED. */
export const evolveSuspend = (situation: Situation, event: CardSuspended): Consequence =>
  changed(situation, event, () => ({ standing: { status: "SUSPENDED", reason: event.reason } }));
