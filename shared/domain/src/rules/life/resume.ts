import type { Card } from "../../card.ts";
import type { ResumeCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardResumed } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import {
  changed,
  oneCardEvent,
  oneCardRefusal,
  stillRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { creditRefusal, inUse } from "../../judging/standing.ts";
import { submit } from "../../judging/submit.ts";

/** Ends a suspension. */
export function decideResume(situation: Situation, command: ResumeCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const event: CardResumed = { type: "CardResumed", ...oneCardEvent(subject, command) };
  return submit(event, admitResume(situation, event));
}

/** Only a suspended card, and not one that waits to be reconciled; nothing of its value moves. */
export const admitResume = (situation: Situation, event: CardResumed): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card) =>
      creditRefusal(card, event.atMs) ?? suspendedRefusal(card) ?? stillRefusal(card, event),
  );

function suspendedRefusal({ standing }: Card): Refusal | null {
  const { status } = standing;
  return status === "SUSPENDED" ? null : { code: "CARD_STEP_TAKEN", cardStatus: status };
}

/** ACTIVE where something is left, else REDEEMED. */
export const evolveResume = (situation: Situation, event: CardResumed): Consequence =>
  changed(situation, event, (card) => ({ standing: inUse(card.balance) }));
