import type { Card } from "../../card.ts";
import { zero } from "../../amount.ts";
import type { UnbindCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardUnbound } from "../../events.ts";
import type { HolderCommitment } from "../../ids.ts";
import type { Program } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import {
  changed,
  oneCardEvent,
  oneCardRefusal,
  stillRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { useRefusal } from "../../judging/standing.ts";
import { refuse, submit } from "../../judging/submit.ts";

/** Takes a card out of a wallet; its code spends it again. */
export function decideUnbind(situation: Situation, command: UnbindCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const event: CardUnbound = { type: "CardUnbound", ...oneCardEvent(subject, command) };
  const refusal = holderRefusal(subject.card, command.holder);
  return refusal === null ? submit(event, admitUnbind(situation, event)) : refuse(refusal);
}

/** Whether the card is in that wallet. The ledger is not told who asked and cannot. */
export function holderRefusal({ binding }: Card, holder: HolderCommitment | null): Refusal | null {
  if (binding.kind === "UNBOUND") return { code: "CARD_NOT_BOUND" };
  const theirs = holder === null || binding.holder === holder;
  return theirs ? null : { code: "CARD_BOUND_TO_OTHER" };
}

/** A bound card in use, with a code, without open holds; nothing of its value moves. */
export const admitUnbind = (situation: Situation, event: CardUnbound): Refusal | null =>
  oneCardRefusal(
    situation,
    event,
    (card, program) => releaseRefusal(card, program, event.atMs) ?? stillRefusal(card, event),
  );

/** Why a card cannot leave its wallet at that time. A points lot never does: it has no code, and its id is its wallet's. */
export function releaseRefusal(card: Card, program: Program, atMs: number): Refusal | null {
  if (program.kind !== "GIFT_CARD") return { code: "PROGRAM_KIND_MISMATCH" };
  if (card.held !== zero) return { code: "CARD_HELD" };
  return useRefusal(card, atMs) ?? holderRefusal(card, null);
}

/** The same card, nobody's. */
export const evolveUnbind = (situation: Situation, event: CardUnbound): Consequence =>
  changed(situation, event, () => ({ binding: { kind: "UNBOUND" } }));
