import { zero } from "../amount.ts";
import type { Card } from "../card.ts";
import type { CardCommand } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { CardEvent, Effect } from "../events.ts";
import { amountMax } from "../limits.ts";
import type { Program } from "../program.ts";
import type { Refusal } from "../refusals.ts";
import { afterRefusal, effectOn, followRefusal, notBefore, onlyCard, touch } from "./effects.ts";
import { admitted, refuse, untouched } from "./submit.ts";
import { amountExceeded, termsRefusal } from "./terms.ts";

/** Events that are about one card. */
type OfCard = Extract<CardEvent, { readonly card: Effect }>;

interface Subject {
  readonly program: Program;
  readonly card: Card;
}

/** Program and card of a command about one card, or the decision that one of them is missing. */
export function subjectOf(situation: Situation): Subject | Decision {
  const { program } = situation;
  const card = onlyCard(situation);
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (card === null) return refuse({ code: "CARD_NOT_FOUND" });
  return { program, card };
}

/** What every event about one card says; `amount` moves and `balance` is left. */
export const oneCardEvent = (
  { program, card }: Subject,
  command: CardCommand,
  { amount, balance } = { amount: zero, balance: card.balance },
) => ({
  atMs: notBefore(command.nowMs, [card], program.effectiveFromMs),
  actor: command.actor,
  opId: command.opId,
  programId: program.programId,
  programVersion: program.version,
  card: effectOn(card, amount, balance),
});

/** Conditions of every event about one card: its terms, that it follows the card, and what the step itself asks. */
export function oneCardRefusal(
  situation: Situation,
  event: OfCard,
  step: (card: Card, program: Program) => Refusal | null,
): Refusal | null {
  const { program } = situation;
  if (program === null) return { code: "PROGRAM_NOT_FOUND" };
  const card = situation.cards.get(event.card.cardId);
  if (card === undefined) return { code: "CARD_NOT_FOUND" };
  const { programId, atMs } = event;
  return (
    termsRefusal(program, event) ??
    followRefusal(card, { programId, atMs, version: event.card.version }) ??
    step(card, program)
  );
}

/** Whether an event that moves nothing says so. */
export const stillRefusal = (card: Card, { card: effect }: OfCard): Refusal | null =>
  effect.amount === zero
    ? afterRefusal(effect, card.balance, card.held)
    : { code: "AFTER_AMOUNTS_WRONG" };

/** Whether an event that takes all of a card says so: nothing may be held of it, and nothing is left. */
export function allRefusal(card: Card, { card: effect }: OfCard): Refusal | null {
  if (card.held !== zero) return { code: "CARD_HELD" };
  if (effect.amount !== card.balance) return { code: "AFTER_AMOUNTS_WRONG" };
  return afterRefusal(effect, zero, zero);
}

/** Refuses a balance above what the program lets a card hold, or above an amount. */
export function balanceRefusal(
  balance: bigint,
  { balanceMax }: Pick<Program, "balanceMax">,
): Refusal | null {
  if (balance > amountMax) return amountExceeded;
  if (balanceMax === null || balance <= balanceMax) return null;
  return { code: "BALANCE_EXCEEDS_LIMIT", limit: "balanceMax", max: balanceMax };
}

/** The card of an admitted event after its one change. */
export function changed(
  situation: Situation,
  event: OfCard,
  change: (card: Card) => Partial<Card>,
): Consequence {
  const card = admitted(situation.cards.get(event.card.cardId), "card");
  return { ...untouched, cards: [touch(card, event.atMs, change(card))] };
}
