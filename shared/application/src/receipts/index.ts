export { logWithinDefaultMs, receiptBatchMax, receiptSpreadMaxMs } from "./limits.ts";
export { ReceiptSigner, type ReceiptSigning } from "./receipt-signer.ts";
export { Receipts, type ReceiptsWiring } from "./receipts.ts";
