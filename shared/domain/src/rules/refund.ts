import { type Amount, least, minus, plus, zero } from "../amount.ts";
import type { Card, Leg, Operation } from "../card.ts";
import type { Refund } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { CardRefunded, Effect } from "../events.ts";
import type { OpId, ParticipantId } from "../ids.ts";
import { amountMax } from "../limits.ts";
import type { Refusal } from "../refusals.ts";
import { afterRefusal, effectOn, followRefusal, notBefore, touch } from "../judging/effects.ts";
import {
  type Credit,
  creditsOf,
  findRefunding,
  type Refunding,
  remaining,
} from "../judging/refundables.ts";
import { creditRefusal } from "../judging/standing.ts";
import { admitted, refuse, submit, untouched } from "../judging/submit.ts";
import { termsRefusal, timeRefusal } from "../judging/terms.ts";

/** Gives back all or part of a write-off, to the cards it was drawn from. */
export function decideRefund(situation: Situation, command: Refund): Decision {
  const { program } = situation;
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  const refunding = findRefunding(situation, command.writeOffId);
  if (refunding === null) return refuse({ code: "WRITE_OFF_NOT_FOUND" });
  const { amount, acceptor } = command;

  const effects = creditsOf(refunding, amount).map((credit) => credited(situation, credit));
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
    acceptor,
    businessAtMs: command.businessAtMs,
  };
  return submit(event, admitRefund(situation, event));
}

/** A credit as a line of the event. One that would overflow is cut, for its admission to refuse. */
function credited(situation: Situation, { cardId, amount }: Credit) {
  const card = situation.cards.get(cardId);
  if (card === undefined) return null;
  const room = minus(amountMax as Amount, card.balance);
  return { card, line: effectOn(card, amount, plus(card.balance, least(amount, room))) };
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
  const terms = termsRefusal(situation.program, event) ?? timeRefusal(event.businessAtMs);
  if (terms !== null) return terms;
  if (refunding === null) return { code: "WRITE_OFF_NOT_FOUND" };
  const { acceptor, atMs } = event;
  const amount = event.cards.reduce((sum, effect) => sum + effect.amount, 0n);
  return (
    askRefusal(refunding, { acceptor, amount, atMs }) ??
    routeRefusal(event, creditsOf(refunding, amount as Amount)) ??
    creditsRefusal(situation, event)
  );
}

/** Whether the lines are the credits that are due, in their order. */
function routeRefusal(event: CardRefunded, due: readonly Credit[]): Refusal | null {
  const asDue = ({ cardId, amount }: Effect, i: number) =>
    due[i]?.cardId === cardId && due[i].amount === amount;
  const same = event.cards.length === due.length && event.cards.every(asDue);
  return same ? null : { code: "AFTER_AMOUNTS_WRONG" };
}

function creditsRefusal(situation: Situation, event: CardRefunded): Refusal | null {
  const { programId, atMs } = event;
  for (const effect of event.cards) {
    const card = situation.cards.get(effect.cardId);
    if (card === undefined) return { code: "CARD_NOT_FOUND" };
    const refusal =
      followRefusal(card, { programId, atMs, version: effect.version }) ??
      creditRefusal(card) ??
      limitRefusal(card, effect.amount) ??
      afterRefusal(effect, card.balance + effect.amount, card.held);
    if (refusal !== null) return refusal;
  }
  return null;
}

function limitRefusal(card: Card, amount: Amount): Refusal | null {
  const over = card.balance + amount > amountMax || card.sums.refunded + amount > amountMax;
  return over ? { code: "BALANCE_EXCEEDS_LIMIT" } : null;
}

/** The cards with so much more, REDEEMED ones ACTIVE again, and the write-off with so much less left. */
export function evolveRefund(situation: Situation, event: CardRefunded): Consequence {
  const { operation } = situation;
  const ofOperation = operation?.opId === event.writeOffId;
  const cards = event.cards.map(({ cardId, amount }) => {
    const card = credit(admitted(situation.cards.get(cardId), "card"), amount, event.atMs);
    return ofOperation ? card : settle(card, event.writeOffId, amount);
  });
  return { ...untouched, cards, operation: ofOperation ? settleLegs(operation, event) : null };
}

function credit(card: Card, amount: Amount, atMs: number): Card {
  const redeemed = card.standing.status === "REDEEMED";
  return touch(card, atMs, {
    balance: plus(card.balance, amount),
    standing: redeemed ? { status: "ACTIVE" } : card.standing,
    sums: { ...card.sums, refunded: plus(card.sums.refunded, amount) },
  });
}

/** A refundable stays until its window closes, even when all of it has been given back. */
function settle(card: Card, writeOffId: OpId, amount: Amount): Card {
  const refundables = card.refundables.map((one) =>
    one.opId === writeOffId ? { ...one, refunded: plus(one.refunded, amount) } : one,
  );
  return { ...card, refundables };
}

function settleLegs(operation: Operation, event: CardRefunded): Operation {
  const back = new Map(event.cards.map(({ cardId, amount }) => [cardId, amount]));
  const legs = operation.legs.map((leg): Leg => {
    return { ...leg, refunded: plus(leg.refunded, back.get(leg.cardId) ?? zero) };
  });
  return { ...operation, legs, version: operation.version + 1 };
}
