import { admit, type Consequence, type DomainEvent, evolve } from "@scrip/domain";
import type { Refusal, Situation } from "@scrip/domain";
import { LedgerStateError } from "../ledger-error.ts";

/** The rules of one protocol version. */
export interface Rules {
  readonly admit: (situation: Situation, event: DomainEvent) => Refusal | null;
  readonly evolve: (situation: Situation, event: DomainEvent) => Consequence;
}

/** Every version that a supported chain has used. */
const versions: ReadonlyMap<number, Rules> = new Map([[1, { admit, evolve }]]);

/** @throws LedgerStateError CHAIN_UNKNOWN for a version this code does not have */
export function rulesOf(protocolVersion: number): Rules {
  const rules = versions.get(protocolVersion);
  if (rules !== undefined) return rules;
  throw new LedgerStateError("CHAIN_UNKNOWN", `protocol version ${protocolVersion}`);
}
