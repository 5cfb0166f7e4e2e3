import { minus, plus } from "../../amount.ts";
import { available, type Card } from "../../card.ts";
import type { Consequence, Situation } from "../../decision.ts";
import type { CardsExpired, Effect } from "../../events.ts";
import { bulkCardsPerEventMax } from "../../limits.ts";
import type { Refusal } from "../../refusals.ts";
import {
  afterRefusal,
  distinct,
  effectOn,
  followRefusal,
  notBefore,
  touch,
} from "../../judging/effects.ts";
import { isExpiryDue } from "../../judging/standing.ts";
import { admitted, untouched } from "../../judging/submit.ts";
import { limitExceeded, termsRefusal } from "../../judging/terms.ts";

/**
 * The expiry of those cards of the situation that are due, at most `bulkCardsPerEventMax`; `null` when none is.
 * It goes before whatever else is done with them: due is what has expired by the latest time that an event about any of
 * the cards can bear, which is later than the clock where one of them has seen later.
 */
export function expireDue(situation: Situation, nowMs: number): CardsExpired | null {
  const { program } = situation;
  if (program === null) return null;
  const cards = [...situation.cards.values()].filter(
    ({ programId }) => programId === program.programId,
  );
  const atMs = notBefore(nowMs, cards, program.effectiveFromMs);
  const due = cards.filter((card) => isExpiryDue(card, atMs)).slice(0, bulkCardsPerEventMax);
  if (due.length === 0) return null;
  return {
    type: "CardsExpired",
    atMs,
    actor: program.issuer,
    opId: null,
    programId: program.programId,
    programVersion: program.version,
    cards: due.map((card) => effectOn(card, available(card), card.held)),
  };
}

/** Cards of the program, each once and past its expiry; each loses what is available of it. */
export function admitExpire(situation: Situation, event: CardsExpired): Refusal | null {
  const { cards } = event;
  const terms = termsRefusal(situation.program, event);
  if (terms !== null) return terms;
  if (cards.length === 0) return { code: "CARD_NOT_FOUND" };
  if (cards.length > bulkCardsPerEventMax) return limitExceeded("bulkCardsPerEventMax");
  if (!distinct(cards.map((effect) => effect.cardId))) return { code: "VERSION_GAP" };
  for (const effect of cards) {
    const refusal = dueRefusal(situation.cards.get(effect.cardId), effect, event);
    if (refusal !== null) return refusal;
  }
  return null;
}

function dueRefusal(
  card: Card | undefined,
  effect: Effect,
  { programId, atMs }: CardsExpired,
): Refusal | null {
  const refusal = followRefusal(card, { programId, atMs, version: effect.version });
  if (refusal !== null || card === undefined) return refusal ?? { code: "CARD_NOT_FOUND" };
  if (!isExpiryDue(card, atMs)) return { code: "NOT_DUE" };
  if (effect.amount !== available(card)) return { code: "AFTER_AMOUNTS_WRONG" };
  return afterRefusal(effect, card.held, card.held);
}

/** The cards are EXPIRED. What is held stays until its hold ends. */
export function evolveExpire(situation: Situation, event: CardsExpired): Consequence {
  const cards = event.cards.map(({ cardId, amount }) => {
    const card = admitted(situation.cards.get(cardId), "card");
    return touch(card, event.atMs, {
      standing: { status: "EXPIRED" },
      balance: minus(card.balance, amount),
      sums: { ...card.sums, expired: plus(card.sums.expired, amount) },
    });
  });
  return { ...untouched, cards };
}
