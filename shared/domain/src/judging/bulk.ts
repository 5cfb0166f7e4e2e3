import { type Amount, zero } from "../amount.ts";
import type { Card } from "../card.ts";
import type { AcquireCards, DistributeCards, GenerateCards } from "../commands.ts";
import type { Decision, LeftOut, Situation } from "../decision.ts";
import type { CardsAcquired, CardsDistributed, CardsGenerated } from "../events.ts";
import type { CardId } from "../ids.ts";
import { bulkCardsPerEventMax } from "../limits.ts";
import type { Batch, Program } from "../program.ts";
import type { Refusal } from "../refusals.ts";
import { afterRefusal, distinct, followRefusal, notBefore } from "./effects.ts";
import { refuse } from "./submit.ts";
import { limitExceeded, termsRefusal } from "./terms.ts";

type BulkCommand = GenerateCards | AcquireCards | DistributeCards;
type BulkEvent = CardsGenerated | CardsAcquired | CardsDistributed;
type Each = BulkEvent["each"];
/** Whether one card may take the step at that time. */
type Step = (card: Card, atMs: number) => Refusal | null;

/** The cards that take a bulk step, when, and those that stay behind. */
interface Taking {
  readonly atMs: number;
  readonly cards: readonly Card[];
  readonly leftOut: readonly LeftOut[];
}

/** Nothing moved and nothing there: a step of cards without value. */
export const emptyEach: Each = { amount: zero, balance: zero, held: zero };

/** The whole of `faceValue` loaded at once. */
export const loadedEach = (faceValue: Amount): Each => ({
  amount: faceValue,
  balance: faceValue,
  held: zero,
});

/** What a bulk command is about. */
interface Stock {
  readonly program: Program;
  readonly batch: Batch;
  /** The earliest time its event may bear, whatever the cards have seen. */
  readonly fromMs: number;
}

/** Program and batch of a bulk command, or the decision that one of them is missing. */
export function stockOf({ program, batch }: Situation, command: BulkCommand): Stock | Decision {
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (batch === null) return refuse({ code: "BATCH_NOT_FOUND" });
  const fromMs = Math.max(command.nowMs, program.effectiveFromMs, batch.createdAtMs);
  return { program, batch, fromMs };
}

/** What every bulk event says of when, who and what. */
export const bulkEvent = (
  { program, batch }: Stock,
  { actor, opId }: BulkCommand,
  atMs: number,
) => ({
  atMs,
  actor,
  opId,
  programId: program.programId,
  programVersion: program.version,
  batchId: batch.batchId,
});

/** Conditions of every bulk event: terms, kind, batch, and a lawful list of cards. */
export function bulkRefusal(situation: Situation, event: BulkEvent): Refusal | null {
  const refusal = termsRefusal(situation.program, event);
  if (refusal !== null) return refusal;
  if (situation.program?.kind !== "GIFT_CARD") return { code: "PROGRAM_KIND_MISMATCH" };
  const { batch } = situation;
  if (batch === null || batch.batchId !== event.batchId) return { code: "BATCH_NOT_FOUND" };
  if (batch.programId !== event.programId) return { code: "BATCH_MISMATCH" };
  if (event.atMs < batch.createdAtMs) return { code: "TIME_WENT_BACK" };
  if (event.cards.length === 0) return { code: "CARD_NOT_FOUND" };
  if (event.cards.length > bulkCardsPerEventMax) return limitExceeded("bulkCardsPerEventMax");
  // A card named twice would have to move by two versions in one event.
  return distinct(event.cards.map((line) => line.cardId)) ? null : { code: "VERSION_GAP" };
}

/** Conditions of each existing card that a bulk event names: it follows, and may take the step. */
export function eachRefusal(
  situation: Situation,
  event: CardsAcquired | CardsDistributed,
  step: Step,
): Refusal | null {
  const { programId, atMs } = event;
  for (const { cardId, version } of event.cards) {
    const card = situation.cards.get(cardId);
    if (card === undefined) return { code: "CARD_NOT_FOUND" };
    const refusal =
      followRefusal(card, { programId, atMs, version }) ??
      (card.batchId === event.batchId ? null : ({ code: "BATCH_MISMATCH" } as const)) ??
      step(card, atMs);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Whether what a bulk event says of each of its cards is what the step does. */
export function eachAfterRefusal(said: Each, due: Each): Refusal | null {
  if (said.amount !== due.amount) return { code: "AFTER_AMOUNTS_WRONG" };
  return afterRefusal(said, due.balance, due.held);
}

/** Sorts the cards of a command into those that take the step and those left out. */
export function taking({ batch, fromMs }: Stock, cards: Iterable<Card>, step: Step): Taking {
  const all = [...cards];
  const refusalAt = (card: Card, atMs: number): Refusal | null =>
    card.batchId === batch.batchId ? step(card, atMs) : { code: "BATCH_MISMATCH" };
  const atMs = notBefore(
    fromMs,
    all.filter((card) => refusalAt(card, fromMs) === null),
  );
  const taken: Card[] = [];
  const leftOut: LeftOut[] = [];
  for (const card of all) {
    const refusal = refusalAt(card, atMs);
    if (refusal === null) taken.push(card);
    else leftOut.push({ cardId: card.cardId, refusal });
  }
  return { atMs, cards: taken, leftOut };
}

/** The refusal of a bulk step that no card can take: the first card's reason. */
export const noneTaken = (leftOut: readonly LeftOut[]): Decision =>
  refuse(leftOut[0]?.refusal ?? { code: "CARD_NOT_FOUND" }, leftOut);

/** The lines of a bulk event over existing cards. */
export const linesOf = (cards: readonly Card[]): { cardId: CardId; version: number }[] =>
  cards.map(({ cardId, version }) => ({ cardId, version: version + 1 }));
