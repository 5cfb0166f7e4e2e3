import type { Card } from "@scrip/domain";
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
 * Whether the caller sees what stands in the log in an event's place: within the key's programs those who take part in
 * the event, the program's issuer, and regulators and operators. An event of no program is seen by those who take part
 * and by whose scope is every program.
 */
export function maySeeLogEvent(caller: Caller, { event }: LogEvent, registry: Registry): boolean {
  // Bytes that are no event name no parties: they are for those who see every entry.
  if (event === null) return maySeeAllEntries(caller);
  const programId = programOf(event);
  const inScope = programId === null || mayUseProgram(caller, programId);
  if (!inScope) return false;
  const oversees = caller.role === "REGULATOR" || caller.role === "OPERATOR";
  if (oversees) return programId !== null || caller.scope.programs === "*";
  const issuer = programId === null ? undefined : registry.program(programId)?.issuer;
  const issues = caller.role === "ISSUER" && issuer !== undefined && mayActFor(caller, issuer);
  return issues || partiesOf(event).some(({ participant }) => mayActFor(caller, participant));
}

/** Whole entry bundles hold everybody's amounts: for operators, and a regulator whose scope is everything. */
export const maySeeAllEntries = (caller: Caller): boolean =>
  caller.role === "OPERATOR" || (caller.role === "REGULATOR" && seesEverything(caller));
