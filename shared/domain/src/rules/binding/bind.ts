import type { Card } from "../../card.ts";
import type { BindCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardBound } from "../../events.ts";
import type { HolderCommitment } from "../../ids.ts";
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

/** A holder puts a card into their wallet. */
export function decideBind(situation: Situation, command: BindCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const event: CardBound = {
    type: "CardBound",
    ...oneCardEvent(subject, command),
    holder: command.holder,
  };
  return submit(event, admitBind(situation, event));
}

/** A card in use that nobody holds; nothing of its value moves. */
export const admitBind = (situation: Situation, event: CardBound): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card) =>
      useRefusal(card, event.atMs) ?? boundRefusal(card, event.holder) ?? stillRefusal(card, event),
  );

function boundRefusal(card: Card, holder: HolderCommitment): Refusal | null {
  if (card.binding.kind === "UNBOUND") return null;
  const same = card.binding.holder === holder;
  return { code: same ? "CARD_ALREADY_BOUND" : "CARD_BOUND_TO_OTHER" };
}

/** The same card, held. */
export const evolveBind = (situation: Situation, event: CardBound): Consequence =>
  changed(situation, event, () => ({ binding: { kind: "BOUND", holder: event.holder } }));
