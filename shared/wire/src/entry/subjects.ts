import type { CardId, Effect } from "@scrip/domain";
import type { Codec } from "../codec/codec.ts";
import { arrayOf, tuple } from "../codec/codec.ts";
import { amountCodec, hex, whole } from "../codec/scalars.ts";

/** What is named of a card in an event's subjects. */
type Subject = Pick<Effect, "cardId" | "version">;
/** What an event did to a card, in its body at the same place. */
type After = Pick<Effect, "amount" | "balance" | "held">;

type Broken = (what: string) => never;

const subject = tuple<Subject>({ cardId: hex<CardId>(20), version: whole(1) });

/** `[amount, balance, held]`. */
export const after = tuple<After>({ amount: amountCodec, balance: amountCodec, held: amountCodec });

/** From 1 to `max` cards in an event's subjects. */
export const subjectsOf = (max: number): Codec<readonly Subject[]> =>
  arrayOf(subject, { min: 1, max });

/** What was done to each of them. */
export const aftersOf = (max: number): Codec<readonly After[]> => arrayOf(after, { min: 1, max });

/** Brings together what stands in the subjects and in the body, place by place. */
export function effects(
  subjects: readonly Subject[],
  afters: readonly After[],
  broken: Broken,
): Effect[] {
  if (subjects.length !== afters.length)
    broken(`${subjects.length} subjects, ${afters.length} in the body`);
  return subjects.map((card, place) => join(card, afters[place], broken));
}

/** The same for an event of exactly one card. */
export const effect = (
  [card]: readonly Subject[],
  [done]: readonly After[],
  broken: Broken,
): Effect => join(card, done, broken);

function join(card: Subject | undefined, done: After | undefined, broken: Broken): Effect {
  if (card === undefined || done === undefined)
    return broken("a subject without its part of the body");
  return {
    cardId: card.cardId,
    version: card.version,
    amount: done.amount,
    balance: done.balance,
    held: done.held,
  };
}
