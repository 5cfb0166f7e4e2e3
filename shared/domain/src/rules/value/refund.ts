import { type Amount, plus, zero } from "../../amount.ts";
import type { Card, Leg, Operation } from "../../card.ts";
import type { Refund } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardRefunded, Effect } from "../../events.ts";
import type { OpId, ParticipantId } from "../../ids.ts";
import { amountMax, passedCardsMax } from "../../limits.ts";
import type { Refusal } from "../../refusals.ts";
import {
  afterRefusal,
  effectOn,
  followRefusal,
  notBefore,
  sumOf,
  touch,
} from "../../judging/effects.ts";
import {
  type Credit,
  findRefunding,
  type Refunding,
  remaining,
  type Route,
  routeOf,
} from "../../judging/refundables.ts";
import { refundRefusal, standingWith, unsaidExpiryRefusal } from "../../judging/standing.ts";
import { admitted, refuse, submit, untouched } from "../../judging/submit.ts";
import {
  amountExceeded,
  businessRefusal,
  limitExceeded,
  termsRefusal,
} from "../../judging/terms.ts";
import { credited } from "./load.ts";

/** Gives back all or part of a write-off, to the cards it was drawn from or their successors. */
export function decideRefund(situation: Situation, command: Refund): Decision {
  const { program } = situation;
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  const refunding = findRefunding(situation, command.writeOffId);
  if (refunding === null) return refuse({ code: "WRITE_OFF_NOT_FOUND" });
  const { amount, acceptor } = command;

  const { credits, passed } = routeOf(situation, refunding, amount);
  const effects = credits.map((credit) => lineOf(situation, credit));
  if (!effects.every((effect) => effect !== null)) return refuse({ code: "CARD_NOT_FOUND" });
  const touched = effects.map((effect) => effect.card);
  const atMs = notBefore(command.nowMs, touched, program.effectiveFromMs);
  const refusal = askRefusal(refunding, { acceptor, amount, atMs });
  if (refusal !== null) return refuse(refusal);
  const event: CardRefunded = {
    type: "CardRefunded",
    atMs,
    actor: command.actor,
    opId: command.opId,
    programId: program.programId,
    programVersion: program.version,
    writeOffId: command.writeOffId,
    cards: effects.map((effect) => effect.line),
    passed,
    acceptor,
    businessAtMs: command.businessAtMs,
  };
  return submit(event, admitRefund(situation, event));
}

/** A credit as a line of the event. */
function lineOf(situation: Situation, { cardId, amount }: Credit) {
  const card = situation.cards.get(cardId);
  return card === undefined ? null : { card, line: effectOn(card, amount, credited(card, amount)) };
}

interface Ask {
  readonly acceptor: ParticipantId;
  readonly amount: bigint;
  readonly atMs: number;
}

/** The write-off's own conditions: who may ask, until when, and for how much. */
function askRefusal(refunding: Refunding, { acceptor, amount, atMs }: Ask): Refusal | null {
  if (acceptor !== refunding.acceptor) return { code: "ACCEPTOR_NOT_ALLOWED" };
  if (atMs >= refunding.refundableUntilMs) return { code: "REFUND_WINDOW_CLOSED" };
  if (amount === 0n) return { code: "AMOUNT_INVALID" };
  const refundable = remaining(refunding);
  return amount > refundable ? { code: "REFUND_EXCEEDS_CAPTURE", refundable } : null;
}

/**
 * A refund is linked to its write-off, never above what is left of it, and goes back exactly where
 * the rule sends it: so the lines of the event are compared with the rule's own.
 */
export function admitRefund(situation: Situation, event: CardRefunded): Refusal | null {
  const refunding = findRefunding(situation, event.writeOffId);
  const { program } = situation;
  if (program === null) return { code: "PROGRAM_NOT_FOUND" };
  const terms = termsRefusal(program, event) ?? businessRefusal(program, event);
  if (terms !== null) return terms;
  if (refunding === null) return { code: "WRITE_OFF_NOT_FOUND" };
  const { acceptor, atMs } = event;
  const amount = sumOf(event.cards);
  return (
    askRefusal(refunding, { acceptor, amount, atMs }) ??
    routeRefusal(event, routeOf(situation, refunding, amount as Amount)) ??
    creditsRefusal(situation, event)
  );
}

/** Whether the lines are the credits that are due, in their order, and go the way they say. */
function routeRefusal(event: CardRefunded, { credits, passed }: Route): Refusal | null {
  if (event.passed.length > passedCardsMax) return limitExceeded("passedCardsMax");
  const asDue = ({ cardId, amount }: Effect, i: number) =>
    credits[i]?.cardId === cardId && credits[i].amount === amount;
  const same =
    event.cards.length === credits.length &&
    event.cards.every(asDue) &&
    event.passed.length === passed.length &&
    event.passed.every((cardId, i) => passed[i] === cardId);
  return same ? null : { code: "AFTER_AMOUNTS_WRONG" };
}

function creditsRefusal(situation: Situation, event: CardRefunded): Refusal | null {
  const { programId, atMs } = event;
  for (const effect of event.cards) {
    const card = situation.cards.get(effect.cardId);
    if (card === undefined) return { code: "CARD_NOT_FOUND" };
    const refusal =
      followRefusal(card, { programId, atMs, version: effect.version }) ??
      unsaidExpiryRefusal(card, atMs) ??
      refundRefusal(card) ??
      limitRefusal(card, effect.amount) ??
      afterRefusal(effect, card.balance + effect.amount, card.held);
    if (refusal !== null) return refusal;
  }
  return null;
}

function limitRefusal(card: Card, amount: Amount): Refusal | null {
  const over = card.balance + amount > amountMax || card.sums.refunded + amount > amountMax;
  return over ? amountExceeded : null;
}

/** The cards with so much more, REDEEMED ones ACTIVE again, and the write-off with so much less left. */
export function evolveRefund(situation: Situation, event: CardRefunded): Consequence {
  const operation = situation.operations.get(event.writeOffId);
  const cards = event.cards.map(({ cardId, amount }) => {
    const card = credit(admitted(situation.cards.get(cardId), "card"), amount, event.atMs);
    return operation === undefined ? settle(card, event.writeOffId, amount) : card;
  });
  const operations = operation === undefined ? [] : [settleLegs(situation, operation, event)];
  return { ...untouched, cards, operations };
}

const credit = (card: Card, amount: Amount, atMs: number): Card => {
  const balance = plus(card.balance, amount);
  return touch(card, atMs, {
    balance,
    standing: standingWith(card, balance),
    sums: { ...card.sums, refunded: plus(card.sums.refunded, amount) },
  });
};

/** A refundable stays until its window closes, even when all of it has been given back. */
function settle(card: Card, writeOffId: OpId, amount: Amount): Card {
  const refundables = card.refundables.map((one) =>
    one.opId === writeOffId ? { ...one, refunded: plus(one.refunded, amount) } : one,
  );
  return { ...card, refundables };
}

function settleLegs(situation: Situation, operation: Operation, event: CardRefunded): Operation {
  const { credits } = routeOf(situation, operation, sumOf(event.cards) as Amount);
  const back = new Map(credits.map(({ drawnFrom, amount }) => [drawnFrom, amount]));
  const legs = operation.legs.map((leg): Leg => {
    return { ...leg, refunded: plus(leg.refunded, back.get(leg.cardId) ?? zero) };
  });
  return { ...operation, legs, version: operation.version + 1 };
}
