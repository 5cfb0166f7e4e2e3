import type { Consequence, Decision, LeftOut } from "../decision.ts";
import type { AskedEvent } from "../events.ts";
import type { Refusal } from "../refusals.ts";

/** A decision that says no. */
export const refuse = (refusal: Refusal, leftOut: readonly LeftOut[] = []): Decision => ({
  kind: "REFUSED",
  refusal,
  leftOut,
});

/** A proposed event and what its own admission says of it: the decision. */
export function submit(
  event: AskedEvent,
  refusal: Refusal | null,
  leftOut: readonly LeftOut[] = [],
): Decision {
  return refusal === null ? { kind: "ACCEPTED", event, leftOut } : refuse(refusal, leftOut);
}

/** The consequence that touches nothing, for an event to add to. */
export const untouched: Consequence = {
  program: null,
  batch: null,
  participant: null,
  cards: [],
  operations: [],
  closed: [],
  stream: null,
};

/** What an admitted event must find. @throws Error when it is not there: the event was never admitted. */
export function admitted<T>(found: T | null | undefined, what: string): T {
  if (found === null || found === undefined) throw new Error(`event was not admitted: no ${what}`);
  return found;
}
