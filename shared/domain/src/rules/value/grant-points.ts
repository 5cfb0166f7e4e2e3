import { zero } from "../../amount.ts";
import type { Card } from "../../card.ts";
import type { GrantPoints } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { PointsGranted } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import { afterRefusal, newRefusal, noSums, notBefore, someRefusal } from "../../judging/effects.ts";
import { balanceRefusal } from "../../judging/one-card.ts";
import { refuse, submit, untouched } from "../../judging/submit.ts";
import {
  businessRefusal,
  expiryRefusal,
  issuerRefusal,
  termsRefusal,
} from "../../judging/terms.ts";

/** Points come to be: a lot, loaded and bound to its holder at birth. */
export function decideGrantPoints(situation: Situation, command: GrantPoints): Decision {
  const { program } = situation;
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  const { lotId: cardId, amount } = command;
  const event: PointsGranted = {
    type: "PointsGranted",
    atMs: notBefore(command.nowMs, [], program.effectiveFromMs),
    actor: command.actor,
    opId: command.opId,
    programId: program.programId,
    programVersion: program.version,
    lot: { cardId, version: 1, amount, balance: amount, held: zero },
    issuer: program.issuer,
    unit: program.unit,
    holder: command.holder,
    expiresAtMs: command.expiresAtMs,
    acceptor: command.acceptor,
    businessAtMs: command.businessAtMs,
  };
  return submit(event, admitGrantPoints(situation, event));
}

/** Points programs alone grant; the lot is new, has value, and is what the program says. */
export function admitGrantPoints(situation: Situation, event: PointsGranted): Refusal | null {
  const { program } = situation;
  const { lot } = event;
  const refusal = termsRefusal(program, event);
  if (refusal !== null) return refusal;
  if (program?.kind !== "POINTS") return { code: "PROGRAM_KIND_MISMATCH" };
  if (event.unit !== program.unit) return { code: "UNIT_MISMATCH", unit: program.unit };
  return (
    issuerRefusal(event, program) ??
    newRefusal(situation, lot) ??
    someRefusal(lot) ??
    businessRefusal(program, event) ??
    balanceRefusal(lot.amount, program) ??
    expiryRefusal(event.expiresAtMs, event.atMs) ??
    afterRefusal(lot, lot.amount, zero)
  );
}

/** The lot, ACTIVE and bound. */
export function evolveGrantPoints(_: Situation, event: PointsGranted): Consequence {
  const { cardId, amount } = event.lot;
  const lot: Card = {
    cardId,
    programId: event.programId,
    programVersion: event.programVersion,
    unit: event.unit,
    batchId: null,
    faceValue: amount,
    generatedAtMs: event.atMs,
    issuer: event.issuer,
    distributor: null,
    expiresAtMs: event.expiresAtMs,
    standing: { status: "ACTIVE" },
    binding: { kind: "BOUND", holder: event.holder },
    balance: amount,
    held: zero,
    sums: { ...noSums, loaded: amount },
    refundables: [],
    dailySpend: null,
    version: 1,
    lastAtMs: event.atMs,
  };
  return { ...untouched, cards: [lot] };
}
