import type { Card } from "../../card.ts";
import type { ReconcileCard } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardReconciled } from "../../events.ts";
import { amountMax, reconciledOperationsMax } from "../../limits.ts";
import type { Refusal } from "../../refusals.ts";
import { notBefore, onlyCard } from "../../judging/effects.ts";
import { inUse, isSetApart } from "../../judging/standing.ts";
import { refuse, submit, untouched } from "../../judging/submit.ts";
import { termsRefusal } from "../../judging/terms.ts";
import { lawGauge, sumsDelta } from "../../judging/totals.ts";

/** Sets a card anew by order of the operator: one whose event the ledger rejected. */
export function decideReconcile(situation: Situation, command: ReconcileCard): Decision {
  const { program } = situation;
  const known = onlyCard(situation);
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (known === null) return refuse({ code: "CARD_NOT_FOUND" });
  const { actor, opId, card, operations } = command;
  const atMs = notBefore(command.nowMs, [known, card], program.effectiveFromMs);
  const event: CardReconciled = {
    type: "CardReconciled",
    atMs,
    actor,
    opId,
    programId: program.programId,
    programVersion: program.version,
    card: { ...card, lastAtMs: atMs },
    operations,
  };
  return submit(event, admitReconcile(situation, event));
}

/**
 * The same card at a later version, lawful in itself, and operations that drew from it. Not judged here, because it
 * cannot be seen from here: that the card has diverged, and that the operator signed.
 */
export function admitReconcile(situation: Situation, event: CardReconciled): Refusal | null {
  const { card, operations, atMs } = event;
  const refusal = termsRefusal(situation.program, event);
  if (refusal !== null) return refusal;
  const known = situation.cards.get(card.cardId);
  if (known === undefined) return { code: "CARD_NOT_FOUND" };
  if (card.version <= known.version) return { code: "VERSION_GAP" };
  if (atMs < known.lastAtMs || card.lastAtMs !== atMs) return { code: "TIME_WENT_BACK" };
  const ofCard = operations.every(({ legs }) => legs.some(({ cardId }) => cardId === card.cardId));
  const lawful = isSame(known, card) && isLawful(card) && ofCard;
  const few = operations.length <= reconciledOperationsMax;
  return lawful && few ? null : { code: "RECONCILIATION_WRONG" };
}

/** What a card is born with never changes. */
const isSame = (a: Card, b: Card): boolean =>
  a.programId === b.programId &&
  a.unit === b.unit &&
  a.batchId === b.batchId &&
  a.issuer === b.issuer &&
  a.faceValue === b.faceValue &&
  a.generatedAtMs === b.generatedAtMs;

/** Laws 1 and 2 for one card, and a status that its amounts allow and that does not set it apart again. */
function isLawful(card: Card): boolean {
  const { balance, held } = card;
  const sound = lawGauge(sumsDelta(undefined, card)) === 0n;
  const within = held >= 0n && held <= balance && balance <= amountMax;
  return sound && within && allowsBalance(card) && !isSetApart(card);
}

/** Only a card that was given out and has not come to its end is worth something; what an expired one is refunded it keeps. */
function allowsBalance({ standing: { status }, balance }: Card): boolean {
  switch (status) {
    case "ACTIVE":
    case "REDEEMED":
      return inUse(balance).status === status;
    case "SUSPENDED":
    case "EXPIRED":
      return true;
    case "GENERATED":
    case "ALLOCATED":
    case "REPLACED":
    case "CANCELLED":
      return balance === 0n;
  }
}

/** The card as the operator has set it. */
export const evolveReconcile = (_: Situation, event: CardReconciled): Consequence => ({
  ...untouched,
  cards: [event.card],
  operations: event.operations,
});
