import { type Amount, minus, plus, zero } from "../../amount.ts";
import type { Card, Operation, Refundable } from "../../card.ts";
import type { Tender, WriteOff } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { CardWrittenOff } from "../../events.ts";
import { refundableInlineMax } from "../../limits.ts";
import type { Program } from "../../program.ts";
import type { Refusal } from "../../refusals.ts";
import { effectOn, onlyCard, touch } from "../../judging/effects.ts";
import { dailySpendAfter } from "../../judging/daily-spend.ts";
import { draw, type Drawing } from "../../judging/lots.ts";
import { openAt, windowEndMs } from "../../judging/refundables.ts";
import { standingWith, useRefusal } from "../../judging/standing.ts";
import { admitted, refuse, submit, untouched } from "../../judging/submit.ts";
import { admitWriteOff } from "./write-off-admission.ts";

/**
 * A sale from one card, or from the lots of one points wallet in the order they must be drawn.
 * In a points wallet what cannot be used is passed over, and what is missing is a matter of balance;
 * of a single card the refusal says what stands against it.
 */
export function decideWriteOff(situation: Situation, command: WriteOff): Decision {
  const { program } = situation;
  const { tender, amount } = command;
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  if (amount === zero) return refuse({ code: "AMOUNT_INVALID" });
  if (command.unit !== null && command.unit !== program.unit)
    return refuse({ code: "UNIT_MISMATCH", unit: program.unit });

  const fromMs = Math.max(command.nowMs, program.effectiveFromMs);
  const wallet = tender.kind === "WALLET" && program.kind === "POINTS";
  const refusal = wallet ? null : ownRefusal(situation, program, tender, fromMs);
  if (refusal !== null) return refuse(refusal);

  const mine = [...situation.cards.values()].filter(
    (card) => tenderRefusal(card, program, tender) === null,
  );
  const drawing = draw(mine, amount, fromMs);
  const short = drawing.available < amount && !command.allowPartial;
  const none = drawing.available === zero || drawing.available < command.minimumAvailable;
  if (short || none) return refuse({ code: "BALANCE_INSUFFICIENT", available: drawing.available });

  const event = writtenOff(program, command, drawing);
  return submit(event, admitWriteOff(situation, event));
}

/** What stands against spending the one card that was shown. */
function ownRefusal(
  situation: Situation,
  program: Program,
  tender: Tender,
  fromMs: number,
): Refusal | null {
  const card = onlyCard(situation);
  if (card === null) return { code: "CARD_NOT_FOUND" };
  const atMs = Math.max(fromMs, card.lastAtMs);
  return tenderRefusal(card, program, tender) ?? useRefusal(card, atMs);
}

/** Whether what was shown spends this card. The ledger is not told what was shown and cannot ask. */
function tenderRefusal(card: Card, program: Program, tender: Tender): Refusal | null {
  const { binding } = card;
  if (card.programId !== program.programId) return { code: "PROGRAM_VERSION_WRONG" };
  if (tender.kind === "WALLET") {
    if (binding.kind === "UNBOUND") return { code: "CARD_NOT_BOUND" };
    return binding.holder === tender.holder ? null : { code: "CARD_BOUND_TO_OTHER" };
  }
  // A points lot has no code that could have been shown.
  if (program.kind === "POINTS") return { code: "PROGRAM_KIND_MISMATCH" };
  const free = binding.kind === "UNBOUND" || program.spendByCodeWhenBound;
  return free ? null : { code: "CARD_BOUND_TO_OTHER" };
}

const writtenOff = (program: Program, command: WriteOff, drawing: Drawing): CardWrittenOff => ({
  type: "CardWrittenOff",
  atMs: drawing.atMs,
  actor: command.actor,
  opId: command.opId,
  programId: program.programId,
  programVersion: program.version,
  cards: drawing.draws.map(({ card, amount }) =>
    effectOn(card, amount, minus(card.balance, amount)),
  ),
  acceptor: command.acceptor,
  businessAtMs: command.businessAtMs,
});

/**
 * The cards with so much less; REDEEMED where nothing is left. The write-off is kept to be refunded: by its card, or by
 * an operation where there was more than one. A card that keeps its full number gives the oldest away to an operation.
 */
export function evolveWriteOff(situation: Situation, event: CardWrittenOff): Consequence {
  const program = admitted(situation.program, "program");
  const spent = event.cards.map(({ cardId, amount }) => {
    const card = admitted(situation.cards.get(cardId), "card");
    return spend(card, program, { amount, atMs: event.atMs });
  });
  const [card, another] = spent;
  if (card !== undefined && another === undefined) return keep(card, program, event);
  const operations = program.refundWindowDays === 0 ? [] : [operationOf(program, event)];
  return { ...untouched, cards: spent, operations };
}

function spend(
  card: Card,
  program: Program,
  { amount, atMs }: { readonly amount: Amount; readonly atMs: number },
): Card {
  const balance = minus(card.balance, amount);
  return touch(card, atMs, {
    balance,
    // Law 2: where the balance is 0, nothing is held either.
    standing: standingWith(card, balance),
    sums: { ...card.sums, writtenOff: plus(card.sums.writtenOff, amount) },
    dailySpend: dailySpendAfter(card, program, { atMs, amount }),
  });
}

function keep(card: Card, program: Program, event: CardWrittenOff): Consequence {
  const { opId, acceptor, cards } = event;
  const { amount } = admitted(cards[0], "effect");
  const refundableUntilMs = windowEndMs(program, event.atMs);
  const kept = { opId, acceptor, amount, refunded: zero, refundableUntilMs };
  const refundables = openAt([...card.refundables, kept], event.atMs);
  if (refundables.length <= refundableInlineMax)
    return { ...untouched, cards: [{ ...card, refundables }] };
  const [oldest, ...newer] = refundables;
  const operation = spilled(card, admitted(oldest, "refundable"));
  return { ...untouched, cards: [{ ...card, refundables: newer }], operations: [operation] };
}

function spilled(card: Card, oldest: Refundable): Operation {
  const { opId, acceptor, refundableUntilMs, amount, refunded } = oldest;
  const { cardId, programId, unit } = card;
  const legs = [{ cardId, amount, refunded }];
  return { opId, programId, unit, acceptor, refundableUntilMs, legs, version: 1 };
}

function operationOf(program: Program, event: CardWrittenOff): Operation {
  const { opId, programId, acceptor, atMs } = event;
  return {
    opId,
    programId,
    unit: program.unit,
    acceptor,
    refundableUntilMs: windowEndMs(program, atMs),
    legs: event.cards.map(({ cardId, amount }) => ({ cardId, amount, refunded: zero })),
    version: 1,
  };
}
