export * from "./amount.ts";
export * from "./card.ts";
export * from "./commands.ts";
export * from "./decision.ts";
export * from "./events.ts";
export * from "./ids.ts";
export * from "./limits.ts";
export * from "./program.ts";
export * from "./refusals.ts";
export { sumOf } from "./judging/effects.ts";
export { isControl } from "./judging/control.ts";
export { leavesOf, type Leaves } from "./judging/leaves.ts";
export { drawable } from "./judging/lots.ts";
export { dueAtMs, inUse, isSetApart } from "./judging/standing.ts";
export {
  addTotals,
  isLawful,
  lawGauge,
  noTotals,
  sumsDelta,
  type Totals,
} from "./judging/totals.ts";
export { admit, decide, evolve } from "./rules/switches.ts";
export { closeDue } from "./rules/value/close-operations.ts";
export { expireDue } from "./rules/life/expire.ts";
