export { noEffects } from "./keyed/attempt.ts";
export type { OperationPorts } from "./keyed/ports.ts";
export type { KeyedResult } from "./keyed/keyed.ts";
export { operationAnswer, type Answering, type OperationAnswer } from "./keyed/operation-answer.ts";
export { signedEntry } from "./keyed/signed-entry.ts";
export { situationOf } from "./keyed/situation.ts";
export { Turns } from "./keyed/turns.ts";
export { controlAnswer } from "./control/control-answer.ts";

export * from "./operations/cards/index.ts";
export { grantPoints, type GrantRequest } from "./operations/grant-points.ts";
export { refund, type RefundRequest } from "./operations/refund.ts";
export { findSale, saleRefunds, type Sale, type SaleRefunds } from "./operations/sale.ts";
export type { ShownTender } from "./operations/tender.ts";
export { balancesOf } from "./operations/answers.ts";
export { walletBalances, walletRecords, type WalletView } from "./operations/wallet.ts";
export { writeOff, type WriteOffRequest } from "./operations/write-off.ts";

export { generationOf } from "./batches/batch-records.ts";
export { CodeDigests } from "./batches/code-digests.ts";
export { runBulkStep, type StepProgress, type StepRun } from "./batches/bulk-step.ts";
export {
  codeLines,
  codesBytes,
  codesWiped,
  confirmCodes,
  type CodeSource,
  type Confirmation,
} from "./batches/codes.ts";
export {
  leftOutPage,
  type LeftOutJob,
  type LeftOutPage,
  type LeftOutPlace,
} from "./batches/left-out.ts";
export { bulkStepHash, type BulkStep, type StepAct } from "./batches/step.ts";
export {
  beginStep,
  stepResult,
  stepsBegun,
  type Begun,
  type BegunStep,
} from "./batches/steps-begun.ts";
export { generateBatch, generatedCards, type GenerationJob } from "./batches/generate.ts";

export { committedBatch, committedProgram, type Committed } from "./control/committed.ts";
export {
  batchIdOf,
  batchText,
  createBatch,
  type CreateBatchRequest,
} from "./control/create-batch.ts";
export { changeProgram, type ChangeProgramRequest } from "./control/change-program.ts";
export { createProgram, programText, type CreateProgramRequest } from "./control/create-program.ts";
export { controlWaitMs } from "./control/limits.ts";
export {
  knownParticipant,
  registerParticipant,
  type FirstUse,
  type RegisterRequest,
} from "./control/register-participant.ts";

export * from "./committed/index.ts";
export * from "./receipts/index.ts";
export * from "./rebuilding/index.ts";
export * from "./reconciling/index.ts";
export * from "./streams/index.ts";
export * from "./sweeping/index.ts";
