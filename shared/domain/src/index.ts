export * from "./amount.ts";
export * from "./card.ts";
export * from "./commands.ts";
export * from "./decision.ts";
export * from "./events.ts";
export * from "./ids.ts";
export * from "./limits.ts";
export * from "./program.ts";
export * from "./refusals.ts";
export { leavesOf, type Leaves } from "./judging/leaves.ts";
export { addTotals, lawGauge, noTotals, sumsDelta, type Totals } from "./judging/totals.ts";
export { admit, decide, evolve } from "./rules/switches.ts";
export { admitAcquire, decideAcquire, evolveAcquire } from "./rules/acquire.ts";
export { admitBind, decideBind, evolveBind } from "./rules/bind.ts";
export { admitCreateBatch, decideCreateBatch, evolveCreateBatch } from "./rules/create-batch.ts";
export {
  admitCreateProgram,
  decideCreateProgram,
  evolveCreateProgram,
} from "./rules/create-program.ts";
export { admitDistribute, decideDistribute, evolveDistribute } from "./rules/distribute.ts";
export { admitGenerate, decideGenerate, evolveGenerate } from "./rules/generate.ts";
export { admitGrantPoints, decideGrantPoints, evolveGrantPoints } from "./rules/grant-points.ts";
export { admitRefund, decideRefund, evolveRefund } from "./rules/refund.ts";
export {
  admitRegisterParticipant,
  decideRegisterParticipant,
  evolveRegisterParticipant,
} from "./rules/register-participant.ts";
export { admitWriteOff } from "./rules/write-off-admission.ts";
export { decideWriteOff, evolveWriteOff } from "./rules/write-off.ts";
