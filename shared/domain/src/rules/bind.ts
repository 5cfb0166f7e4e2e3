import { zero } from "../amount.ts";
import type { Card } from "../card.ts";
import type { BindCard } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { CardBound } from "../events.ts";
import type { HolderCommitment } from "../ids.ts";
import type { Refusal } from "../refusals.ts";
import {
  afterRefusal,
  effectOn,
  followRefusal,
  notBefore,
  onlyCard,
  touch,
} from "../judging/effects.ts";
import { useRefusal } from "../judging/standing.ts";
import { admitted, refuse, submit, untouched } from "../judging/submit.ts";
import { termsRefusal } from "../judging/terms.ts";

/** A holder puts a card into their wallet. */
export function decideBind(situation: Situation, command: BindCard): Decision {
  const { program } = situation;
  const card = onlyCard(situation);
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (card === null) return refuse({ code: "CARD_NOT_FOUND" });
  const event: CardBound = {
    type: "CardBound",
    atMs: notBefore(command.nowMs, [card], program.effectiveFromMs),
    actor: command.actor,
    opId: command.opId,
    programId: program.programId,
    programVersion: program.version,
    card: effectOn(card, zero, card.balance),
    holder: command.holder,
  };
  return submit(event, admitBind(situation, event));
}

/** A card in use, of the event's program, that nobody holds; nothing of its value moves. */
export function admitBind(situation: Situation, event: CardBound): Refusal | null {
  const { programId, atMs, holder } = event;
  const { cardId, version, amount } = event.card;
  const card = situation.cards.get(cardId);
  if (card === undefined) return { code: "CARD_NOT_FOUND" };
  return (
    termsRefusal(situation.program, event) ??
    followRefusal(card, { programId, atMs, version }) ??
    useRefusal(card, atMs) ??
    boundRefusal(card, holder) ??
    (amount === zero ? null : ({ code: "AFTER_AMOUNTS_WRONG" } as const)) ??
    afterRefusal(event.card, card.balance, card.held)
  );
}

function boundRefusal(card: Card, holder: HolderCommitment): Refusal | null {
  if (card.binding.kind === "UNBOUND") return null;
  const same = card.binding.holder === holder;
  return { code: same ? "CARD_ALREADY_BOUND" : "CARD_BOUND_TO_OTHER" };
}

/** The same card, held. */
export function evolveBind(situation: Situation, event: CardBound): Consequence {
  const card = admitted(situation.cards.get(event.card.cardId), "card");
  const binding = { kind: "BOUND", holder: event.holder } as const;
  return { ...untouched, cards: [touch(card, event.atMs, { binding })] };
}
