import { available, type Card } from "../../card.ts";
import { type Amount, least, minus } from "../../amount.ts";
import type { AdjustCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardAdjusted, Direction } from "../../events.ts";
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
import { amountExceeded, issuerRefusal, reasonRefusal } from "../../judging/terms.ts";
import { credited } from "./load.ts";

/** The issuer corrects a card's value, up or down, and says why. */
export function decideAdjust(situation: Situation, command: AdjustCard): Decision {
  const subject = subjectOf(situation);
  if ("kind" in subject) return subject;
  const { amount, direction, reason } = command;
  const { card } = subject;
  const balance = direction === "CREDIT" ? credited(card, amount) : debited(card, amount);
  const event: CardAdjusted = {
    type: "CardAdjusted",
    ...oneCardEvent(subject, command, { amount, balance }),
    issuer: subject.program.issuer,
    direction,
    reason,
  };
  return submit(event, admitAdjust(situation, event));
}

/** The balance with so much less. One that would go below zero is cut, for its admission to refuse. */
const debited = (card: Card, amount: Amount): Amount =>
  minus(card.balance, least(amount, card.balance));

const signed = (amount: Amount, direction: Direction): bigint =>
  direction === "CREDIT" ? amount : 0n - amount;

/** A card in use or suspended; down by no more than is available, up to no more than the program allows. */
export const admitAdjust = (situation: Situation, event: CardAdjusted): Refusal | null =>
  oneCardRefusal(situation, event, (card, program) => adjustRefusal(card, program, event));

function adjustRefusal(card: Card, program: Program, event: CardAdjusted): Refusal | null {
  const { amount } = event.card;
  const change = signed(amount, event.direction);
  return (
    issuerRefusal(event, program) ??
    reasonRefusal(event) ??
    someRefusal(event.card) ??
    creditRefusal(card, event.atMs) ??
    (change < 0n ? debitRefusal(card, amount) : balanceRefusal(card.balance + amount, program)) ??
    lifeRefusal(card.sums.adjusted + change) ??
    afterRefusal(event.card, card.balance + change, card.held)
  );
}

const debitRefusal = (card: Card, amount: Amount): Refusal | null =>
  amount > available(card) ? { code: "BALANCE_INSUFFICIENT", available: available(card) } : null;

const lifeRefusal = (adjusted: bigint): Refusal | null =>
  adjusted > amountMax || adjusted < -amountMax ? amountExceeded : null;

/** So much more or less; ACTIVE while something is left, else REDEEMED; a suspended card stays suspended. */
export const evolveAdjust = (situation: Situation, event: CardAdjusted): Consequence =>
  changed(situation, event, (card) => {
    const { amount, balance } = event.card;
    const adjusted = card.sums.adjusted + signed(amount, event.direction);
    return { balance, standing: standingWith(card, balance), sums: { ...card.sums, adjusted } };
  });
