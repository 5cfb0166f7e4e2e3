import type { Operation } from "../../card.ts";
import type { Consequence, Situation } from "../../decision.ts";
import type { OperationsClosed } from "../../events.ts";
import { operationsPerEventMax } from "../../limits.ts";
import type { Refusal } from "../../refusals.ts";
import { distinct } from "../../judging/effects.ts";
import { untouched } from "../../judging/submit.ts";
import { limitExceeded, termsRefusal } from "../../judging/terms.ts";

/** The end of those operations of the situation that can no longer be refunded; `null` when there is none. */
export function closeDue(situation: Situation, nowMs: number): OperationsClosed | null {
  const { program } = situation;
  if (program === null) return null;
  const atMs = Math.max(nowMs, program.effectiveFromMs);
  const operations = [...situation.operations.values()]
    .filter((one) => one.programId === program.programId && isClosed(one, atMs))
    .slice(0, operationsPerEventMax)
    .map(({ opId }) => opId);
  if (operations.length === 0) return null;
  return {
    type: "OperationsClosed",
    atMs,
    actor: program.issuer,
    opId: null,
    programId: program.programId,
    programVersion: program.version,
    operations,
  };
}

const isClosed = ({ refundableUntilMs }: Operation, atMs: number): boolean =>
  atMs >= refundableUntilMs;

/** Operations of the program, each once, whose refund window has closed. */
export function admitCloseOperations(
  situation: Situation,
  event: OperationsClosed,
): Refusal | null {
  const { operations, programId, atMs } = event;
  const terms = termsRefusal(situation.program, event);
  if (terms !== null) return terms;
  if (operations.length > operationsPerEventMax) return limitExceeded("operationsPerEventMax");
  if (operations.length === 0 || !distinct(operations)) return { code: "WRITE_OFF_NOT_FOUND" };
  for (const opId of operations) {
    const operation = situation.operations.get(opId);
    if (operation?.programId !== programId) return { code: "WRITE_OFF_NOT_FOUND" };
    if (!isClosed(operation, atMs)) return { code: "NOT_DUE" };
  }
  return null;
}

/** They are no more. Their sums stay with the cards. */
export const evolveCloseOperations = (_: Situation, event: OperationsClosed): Consequence => ({
  ...untouched,
  closed: event.operations,
});
