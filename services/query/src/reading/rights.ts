import type { Card, DomainEvent, Program } from "@scrip/domain";
import { programOf } from "@scrip/ledger-state";
import type { Caller, Registry } from "@scrip/ports";
import { mayActFor, mayUseProgram, seesEverything } from "@scrip/service-kit";
import type { LogEvent } from "./log-event.ts";
import { partiesOf } from "./parties.ts";

/**
 * Whether the caller sees all of a card: within the key's programs its issuer, its distributor, an acceptor with a
 * write-off of it that can still be refunded, and regulators and operators. Others see its public half.
 */
export function maySeeCard(caller: Caller, card: Card): boolean {
  if (!mayUseProgram(caller, card.programId)) return false;
  switch (caller.role) {
    case "ISSUER":
      return mayActFor(caller, card.issuer);
    case "DISTRIBUTOR":
      return card.distributor !== null && mayActFor(caller, card.distributor);
    case "ACCEPTOR":
      return card.refundables.some(({ acceptor }) => mayActFor(caller, acceptor));
    case "REGULATOR":
    case "OPERATOR":
      return true;
  }
}

/**
 * Whether the caller sees an event: within the key's programs those who take part in it, the program's issuer, and
 * regulators and operators. An event of no program is seen by those who take part and by whose scope is every program.
 */
export function maySeeEvent(
  caller: Caller,
  event: DomainEvent,
  program: Program | undefined,
): boolean {
  const programId = programOf(event);
  const inScope = programId === null || mayUseProgram(caller, programId);
  if (!inScope) return false;
  const oversees = caller.role === "REGULATOR" || caller.role === "OPERATOR";
  if (oversees) return programId !== null || caller.scope.programs === "*";
  const issues =
    caller.role === "ISSUER" && program !== undefined && mayActFor(caller, program.issuer);
  return issues || partiesOf(event).some(({ participant }) => mayActFor(caller, participant));
}

/** Whether the caller sees what stands in the log in an event's place. */
export function maySeeLogEvent(caller: Caller, { event }: LogEvent, registry: Registry): boolean {
  // Bytes that are no event name no parties: they are for those who see every entry.
  if (event === null) return maySeeAllEntries(caller);
  const programId = programOf(event);
  return maySeeEvent(caller, event, programId === null ? undefined : registry.program(programId));
}

/** Whole entry bundles hold everybody's amounts: for operators, and a regulator whose scope is everything. */
export const maySeeAllEntries = (caller: Caller): boolean =>
  caller.role === "OPERATOR" || (caller.role === "REGULATOR" && seesEverything(caller));
