import { type Amount, least, plus } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { LoadCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardLoaded } from "../../events.ts";
import { amountMax } from "../../limits.ts";
import type { Program } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import { afterRefusal, someRefusal } from "../../judging/effects.ts";
import {
  balanceRefusal,
  changed,
  oneCardEvent,
  oneCardRefusal,
  subjectOf,
} from "../../judging/one-card.ts";
import { creditRefusal, standingWith } from "../../judging/standing.ts";
import { submit } from "../../judging/submit.ts";
import { amountExceeded, issuerRefusal } from "../../judging/terms.ts";

/** The issuer puts value on a card that is in use. */
export function decideLoad(situation: Situation, command: LoadCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const { amount } = command;
  const balance = credited(subject.card, amount);
  const event: CardLoaded = {
    type: "CardLoaded",
    ...oneCardEvent(subject, command, { amount, balance }),
    issuer: subject.program.issuer,
  };
  return submit(event, admitLoad(situation, event));
}

/** The balance with so much more. One that would overflow is cut, for its admission to refuse. */
export const credited = (card: Card, amount: Amount): Amount =>
  plus(card.balance, least(amount, (amountMax - card.balance) as Amount));

/** Cards with codes alone are loaded, by the program's issuer, up to what the program lets a card hold. */
export const admitLoad = (situation: Situation, event: CardLoaded): Refusal | null =>
  oneCardRefusal(situation, event, (card, program) => loadRefusal(card, program, event));

function loadRefusal(card: Card, program: Program, event: CardLoaded): Refusal | null {
  const { amount } = event.card;
  // Points come in lots of their own, each with its own expiry.
  if (program.kind !== "GIFT_CARD") return { code: "PROGRAM_KIND_MISMATCH" };
  const overLife = card.sums.loaded + amount > amountMax;
  return (
    issuerRefusal(event, program) ??
    someRefusal(event.card) ??
    creditRefusal(card, event.atMs) ??
    balanceRefusal(card.balance + amount, program) ??
    (overLife ? amountExceeded : null) ??
    afterRefusal(event.card, card.balance + amount, card.held)
  );
}

/** So much more; a REDEEMED card is ACTIVE again. */
export const evolveLoad = (situation: Situation, event: CardLoaded): Consequence =>
  changed(situation, event, (card) => {
    const { amount, balance } = event.card;
    const sums = { ...card.sums, loaded: plus(card.sums.loaded, amount) };
    return { balance, standing: standingWith(card, balance), sums };
  });
