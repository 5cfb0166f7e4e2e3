export { auditSigning, type SigningFault } from "./care/audit-signing.ts";
export {
  type ResumedSigning,
  type ResumedValidator,
  resumeSigning,
  type SigningResumption,
} from "./care/resume-signing.ts";
export { openEmbeddedLedger } from "./embedded-ledger.ts";
export type { EmbeddedLedger } from "./local-engine.ts";
export {
  type ChainSettings,
  defaultLimits,
  type EmbeddedLedgerLimits,
  type EmbeddedLedgerOptions,
  type PublishedNote,
} from "./options.ts";
export {
  type LedgerThread,
  type LedgerThreadOptions,
  openLedgerThread,
} from "./thread/ledger-thread.ts";
export { type OpenedLedger, serveLedger } from "./thread/serve-ledger.ts";
