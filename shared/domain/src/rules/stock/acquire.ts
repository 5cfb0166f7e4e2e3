import type { Card } from "../../card.ts";
import type { AcquireCards } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardsAcquired } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import {
  bulkEvent,
  bulkRefusal,
  eachAfterRefusal,
  eachRefusal,
  emptyEach,
  linesOf,
  noneTaken,
  stockOf,
  taking,
} from "../../judging/bulk.ts";
import { touch } from "../../judging/effects.ts";
import { blockedRefusal } from "../../judging/standing.ts";
import { admitted, submit, untouched } from "../../judging/submit.ts";

/** A distributor takes cards over; they still have no usable value. */
export function decideAcquire(situation: Situation, command: AcquireCards): Decision {
  const stock = stockOf(situation, command);
  if ("kind" in stock) return stock;
  const { atMs, cards, leftOut } = taking(stock, situation.cards.values(), acquireRefusal);
  if (cards.length === 0) return noneTaken(leftOut);
  const event: CardsAcquired = {
    type: "CardsAcquired",
    ...bulkEvent(stock, command, atMs),
    cards: linesOf(cards),
    each: emptyEach,
    distributor: command.distributor,
  };
  return submit(event, admitAcquire(situation, event), leftOut);
}

/** Only generated cards that nobody has taken yet. */
function acquireRefusal(card: Card, atMs: number): Refusal | null {
  const { status } = card.standing;
  return (
    blockedRefusal(card, atMs) ??
    (status === "GENERATED" ? null : { code: "CARD_STEP_TAKEN", cardStatus: status })
  );
}

/** Every card follows, is of the batch and still GENERATED; no value moves. */
export function admitAcquire(situation: Situation, event: CardsAcquired): Refusal | null {
  return (
    bulkRefusal(situation, event) ??
    eachRefusal(situation, event, acquireRefusal) ??
    eachAfterRefusal(event.each, emptyEach)
  );
}

/** The cards are ALLOCATED to the distributor. */
export function evolveAcquire(situation: Situation, event: CardsAcquired): Consequence {
  const { distributor, atMs } = event;
  const cards = event.cards.map(({ cardId }) => {
    const card = admitted(situation.cards.get(cardId), "card");
    return touch(card, atMs, { distributor, standing: { status: "ALLOCATED" } });
  });
  return { ...untouched, cards };
}
