import type { Caller, Scope } from "./caller-directory.ts";

/** Only what a caller is, its lists sorted and without repetition: the same caller always looks the same. */
export const plainCaller = ({ participantId, role, scope }: Caller): Caller => ({
  participantId,
  role,
  scope: {
    programs: sorted(scope.programs),
    participants: sorted(scope.participants),
    holdersAct: scope.holdersAct,
  },
});

const sorted = (names: "*" | readonly string[]): "*" | readonly string[] =>
  names === "*" ? "*" : [...new Set(names)].sort();

const isEverything = ({ programs, participants, holdersAct }: Scope): boolean =>
  programs === "*" && participants === "*" && holdersAct;

/**
 * Whether an operator remains who can do as much when this key ends. Nobody makes a key that may do more than their
 * own, so without an operator whose scope is everything there could never be one again.
 */
export const leavesAnOperator = (ending: Caller, otherOperators: readonly Caller[]): boolean =>
  ending.role !== "OPERATOR" ||
  otherOperators.some(({ scope }) => isEverything(scope) || !isEverything(ending.scope));
