import { available, type Card } from "../../card.ts";
import type { Situation } from "../../decision.ts";
import type { CardWrittenOff, Effect } from "../../events.ts";
import { amountMax, lotsPerWriteOffMax } from "../../limits.ts";
import type { Program } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import {
  afterRefusal,
  distinct,
  followRefusal,
  someRefusal,
  sumOf,
} from "../../judging/effects.ts";
import { drawOrder } from "../../judging/lots.ts";
import { useRefusal } from "../../judging/standing.ts";
import {
  amountExceeded,
  businessRefusal,
  limitExceeded,
  termExceeded,
  termsRefusal,
} from "../../judging/terms.ts";
import { spentOn } from "../../judging/daily-spend.ts";

/**
 * Every condition of a sale that can be judged from the event and the leaves it names.
 * What cannot be seen from there: what was shown at the till (a code, or which holder's wallet); lots
 * of the wallet that the event does not name, so neither a lot passed over nor a partial sale that
 * took less than there was; and an operation key used before on cards this event does not name.
 */
export function admitWriteOff(situation: Situation, event: CardWrittenOff): Refusal | null {
  const { program } = situation;
  if (program === null) return { code: "PROGRAM_NOT_FOUND" };
  return (
    termsRefusal(program, event) ??
    businessRefusal(program, event) ??
    linesRefusal(program, event) ??
    drawsRefusal(situation, program, event) ??
    limitsRefusal(situation, program, event) ??
    onceRefusal(situation, event)
  );
}

/** One card, or several lots of a points program: each once, together no more than an amount. */
function linesRefusal(program: Program, event: CardWrittenOff): Refusal | null {
  const { cards } = event;
  if (cards.length === 0) return { code: "CARD_NOT_FOUND" };
  if (cards.length > lotsPerWriteOffMax) return limitExceeded("lotsPerWriteOffMax");
  if (cards.length > 1 && program.kind !== "POINTS") return { code: "PROGRAM_KIND_MISMATCH" };
  // A card named twice would have to move by two versions in one event.
  if (!distinct(cards.map((effect) => effect.cardId))) return { code: "VERSION_GAP" };
  return sumOf(cards) > amountMax ? { code: "AMOUNT_INVALID" } : null;
}

/** Each draw for itself, and each against the one before it. */
function drawsRefusal(
  situation: Situation,
  program: Program,
  event: CardWrittenOff,
): Refusal | null {
  let before: { readonly card: Card; readonly effect: Effect } | null = null;
  for (const effect of event.cards) {
    const card = situation.cards.get(effect.cardId);
    if (card === undefined) return { code: "CARD_NOT_FOUND" };
    const refusal =
      drawRefusal(card, effect, event) ??
      (card.unit === program.unit ? null : ({ code: "UNIT_MISMATCH", unit: card.unit } as const)) ??
      (before === null ? null : nextRefusal(before.card, before.effect, card));
    if (refusal !== null) return refusal;
    before = { card, effect };
  }
  return null;
}

function drawRefusal(card: Card, effect: Effect, event: CardWrittenOff): Refusal | null {
  const { programId, atMs } = event;
  const refusal =
    followRefusal(card, { programId, atMs, version: effect.version }) ??
    useRefusal(card, atMs) ??
    someRefusal(effect);
  if (refusal !== null) return refusal;
  if (effect.amount > available(card))
    return { code: "BALANCE_INSUFFICIENT", available: available(card) };
  // Refunds let one card write off more in its life than it ever held at once.
  if (card.sums.writtenOff + effect.amount > amountMax) return amountExceeded;
  return afterRefusal(effect, card.balance - effect.amount, card.held);
}

/** The next lot is drawn only when the one before is empty, in the lawful order, from one holder. */
function nextRefusal(before: Card, effect: Effect, next: Card): Refusal | null {
  if (before.binding.kind === "UNBOUND" || next.binding.kind === "UNBOUND")
    return { code: "CARD_NOT_BOUND" };
  if (before.binding.holder !== next.binding.holder) return { code: "CARD_BOUND_TO_OTHER" };
  const emptied = effect.amount === available(before);
  return emptied && drawOrder(before, next) < 0 ? null : { code: "AFTER_AMOUNTS_WRONG" };
}

/** Who may take the card, how much at once, and how much of one card in a day. */
function limitsRefusal(
  situation: Situation,
  program: Program,
  { cards, acceptor, atMs }: CardWrittenOff,
): Refusal | null {
  const { acceptors, spendMax, dailySpendMax } = program;
  if (acceptors?.includes(acceptor) === false) return { code: "ACCEPTOR_NOT_ALLOWED" };
  if (spendMax !== null && sumOf(cards) > spendMax) return termExceeded("spendMax", spendMax);
  if (dailySpendMax === null) return null;
  const over = cards.some(({ cardId, amount }) => {
    const card = situation.cards.get(cardId);
    return card !== undefined && spentOn(card, atMs) + amount > dailySpendMax;
  });
  return over ? termExceeded("dailySpendMax", dailySpendMax) : null;
}

/** There must be nothing under its key yet. */
function onceRefusal(situation: Situation, { cards, opId }: CardWrittenOff): Refusal | null {
  const [first, second] = cards;
  const own = first === undefined ? undefined : situation.cards.get(first.cardId);
  const known =
    second === undefined
      ? own?.refundables.some((one) => one.opId === opId)
      : situation.operations.has(opId);
  return known === true ? { code: "OPERATION_ALREADY_EXISTS" } : null;
}
