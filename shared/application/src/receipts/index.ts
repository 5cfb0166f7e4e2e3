export { logWithinDefaultMs, receiptBatchMax, receiptSpreadMaxMs } from "./limits.ts";
export {
  isPromised,
  OverduePromises,
  promiseDueMs,
  type OverduePromise,
  type PromisesWiring,
} from "./overdue-promises.ts";
export { ReceiptSigner, type ReceiptSigning } from "./receipt-signer.ts";
export { Receipts, type ReceiptsWiring } from "./receipts.ts";
