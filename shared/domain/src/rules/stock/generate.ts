import { zero } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { GenerateCards } from "../../commands.ts";
import type { Consequence, Decision, LeftOut, Situation } from "../../decision.ts";
import type { CardsGenerated } from "../../events.ts";
import type { CardId } from "../../ids.ts";
import type { Batch } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import {
  bulkEvent,
  bulkRefusal,
  eachAfterRefusal,
  emptyEach,
  noneTaken,
  stockOf,
} from "../../judging/bulk.ts";
import { newRefusal, noSums } from "../../judging/effects.ts";
import { admitted, submit, untouched } from "../../judging/submit.ts";
import { expiryRefusal } from "../../judging/terms.ts";

/** Cards of a batch come to be: numbers with a face value and no usable value. */
export function decideGenerate(situation: Situation, command: GenerateCards): Decision {
  const stock = stockOf(situation, command);
  if ("kind" in stock) return stock;
  const { program, batch } = stock;
  const { fresh, leftOut } = sortOut(situation, command.cardIds);
  if (fresh.size === 0) return noneTaken(leftOut);
  const event: CardsGenerated = {
    type: "CardsGenerated",
    ...bulkEvent(stock, command, stock.fromMs),
    cards: [...fresh].map((cardId) => ({ cardId, version: 1 })),
    each: emptyEach,
    issuer: batch.issuer,
    unit: program.unit,
    faceValue: batch.faceValue,
    expiresAtMs: batch.expiresAtMs,
  };
  return submit(event, admitGenerate(situation, event), leftOut);
}

function sortOut(situation: Situation, cardIds: readonly CardId[]) {
  const fresh = new Set<CardId>();
  const leftOut: LeftOut[] = [];
  for (const cardId of cardIds) {
    if (situation.cards.has(cardId) || fresh.has(cardId))
      leftOut.push({ cardId, refusal: { code: "CARD_ALREADY_EXISTS" } });
    else fresh.add(cardId);
  }
  return { fresh, leftOut };
}

/**
 * Only cards that do not exist, never more than the batch has room for, all as the batch says.
 * How many were generated is as exact as the batch in the situation: the ledger's is the one that binds.
 */
export function admitGenerate(situation: Situation, event: CardsGenerated): Refusal | null {
  const { program, batch } = situation;
  const refusal = bulkRefusal(situation, event);
  if (refusal !== null) return refusal;
  if (program === null || batch === null) return { code: "BATCH_NOT_FOUND" };
  for (const line of event.cards) {
    const known = newRefusal(situation, line);
    if (known !== null) return known;
  }
  if (batch.generated + event.cards.length > batch.count) return { code: "BATCH_COUNT_EXCEEDED" };
  if (event.unit !== program.unit || !isAsBatch(event, batch)) return { code: "BATCH_MISMATCH" };
  return expiryRefusal(event.expiresAtMs, event.atMs) ?? eachAfterRefusal(event.each, emptyEach);
}

const isAsBatch = (event: CardsGenerated, batch: Batch): boolean =>
  event.issuer === batch.issuer &&
  event.faceValue === batch.faceValue &&
  event.expiresAtMs === batch.expiresAtMs;

/** The cards, all GENERATED, and the batch that has so many more. */
export function evolveGenerate(situation: Situation, event: CardsGenerated): Consequence {
  const batch = admitted(situation.batch, "batch");
  const generated = batch.generated + event.cards.length;
  const cards = event.cards.map(({ cardId }) => born(cardId, event));
  return { ...untouched, cards, batch: { ...batch, generated } };
}

function born(cardId: CardId, event: CardsGenerated): Card {
  return {
    cardId,
    programId: event.programId,
    programVersion: event.programVersion,
    unit: event.unit,
    batchId: event.batchId,
    faceValue: event.faceValue,
    generatedAtMs: event.atMs,
    issuer: event.issuer,
    distributor: null,
    expiresAtMs: event.expiresAtMs,
    standing: { status: "GENERATED" },
    binding: { kind: "UNBOUND" },
    balance: zero,
    held: zero,
    sums: noSums,
    refundables: [],
    dailySpend: null,
    version: 1,
    lastAtMs: event.atMs,
  };
}
