import type { Card } from "../../card.ts";
import type { TransferCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardTransferred } from "../../events.ts";
import type { HolderCommitment } from "../../ids.ts";
import type { Refusal } from "../../refusals.ts";
import {
  changed,
  oneCardEvent,
  oneCardRefusal,
  stillRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { refuse, submit } from "../../judging/submit.ts";
import { holderRefusal, releaseRefusal } from "./unbind.ts";

/** Moves a card from one wallet to another. */
export function decideTransfer(situation: Situation, command: TransferCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const event: CardTransferred = {
    type: "CardTransferred",
    ...oneCardEvent(subject, command),
    holder: command.to,
  };
  const refusal = holderRefusal(subject.card, command.holder);
  return refusal === null ? submit(event, admitTransfer(situation, event)) : refuse(refusal);
}

/** A bound card in use that can leave its wallet, for another one; nothing of its value moves. */
export const admitTransfer = (situation: Situation, event: CardTransferred): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card, program) =>
      releaseRefusal(card, program, event.atMs) ??
      sameRefusal(card, event.holder) ??
      stillRefusal(card, event),
  );

function sameRefusal({ binding }: Card, holder: HolderCommitment): Refusal | null {
  const same = binding.kind === "BOUND" && binding.holder === holder;
  return same ? { code: "CARD_ALREADY_BOUND" } : null;
}

/** The same card, somebody else's. */
export const evolveTransfer = (situation: Situation, event: CardTransferred): Consequence =>
  changed(situation, event, () => ({ binding: { kind: "BOUND", holder: event.holder } }));
