import { plus } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { DistributeCards } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardsDistributed } from "../../events.ts";
import type { ParticipantId } from "../../ids.ts";
import type { Refusal } from "../../refusals.ts";
import {
  bulkEvent,
  bulkRefusal,
  eachAfterRefusal,
  eachRefusal,
  linesOf,
  loadedEach,
  noneTaken,
  stockOf,
  taking,
} from "../../judging/bulk.ts";
import { touch } from "../../judging/effects.ts";
import { blockedRefusal } from "../../judging/standing.ts";
import { admitted, submit, untouched } from "../../judging/submit.ts";

/** Cards reach consumers: their face value is loaded and they can be spent. */
export function decideDistribute(situation: Situation, command: DistributeCards): Decision {
  const stock = stockOf(situation, command);
  if ("kind" in stock) return stock;
  const step = distributeRefusal(command.distributor);
  const { atMs, cards, leftOut } = taking(stock, situation.cards.values(), step);
  if (cards.length === 0) return noneTaken(leftOut);
  const event: CardsDistributed = {
    type: "CardsDistributed",
    ...bulkEvent(stock, command, atMs),
    cards: linesOf(cards),
    each: loadedEach(stock.batch.faceValue),
    distributor: command.distributor,
  };
  return submit(event, admitDistribute(situation, event), leftOut);
}

/** A generated card by anyone, an allocated one only by the distributor that acquired it. */
const distributeRefusal =
  (distributor: ParticipantId) =>
  (card: Card, atMs: number): Refusal | null => {
    const blocked = blockedRefusal(card, atMs);
    if (blocked !== null) return blocked;
    const { status } = card.standing;
    if (status === "GENERATED") return null;
    if (status !== "ALLOCATED") return { code: "CARD_STEP_TAKEN", cardStatus: status };
    return card.distributor === distributor ? null : { code: "DISTRIBUTOR_NOT_ALLOWED" };
  };

/** Every card follows, is of the batch and may be distributed; each is loaded with its face value. */
export function admitDistribute(situation: Situation, event: CardsDistributed): Refusal | null {
  const step = distributeRefusal(event.distributor);
  return (
    bulkRefusal(situation, event) ??
    eachRefusal(
      situation,
      event,
      (card, atMs) => step(card, atMs) ?? eachAfterRefusal(event.each, loadedEach(card.faceValue)),
    )
  );
}

/** The cards are ACTIVE, with their face value as balance. */
export function evolveDistribute(situation: Situation, event: CardsDistributed): Consequence {
  const { distributor, atMs } = event;
  const cards = event.cards.map(({ cardId }) => {
    const card = admitted(situation.cards.get(cardId), "card");
    return touch(card, atMs, {
      distributor,
      standing: { status: "ACTIVE" },
      balance: card.faceValue,
      sums: { ...card.sums, loaded: plus(card.sums.loaded, card.faceValue) },
    });
  });
  return { ...untouched, cards };
}
