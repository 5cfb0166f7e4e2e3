export { openEmbeddedLedger } from "./embedded-ledger.ts";
export type { EmbeddedLedger } from "./local-engine.ts";
export {
  type ChainSettings,
  defaultLimits,
  type EmbeddedLedgerLimits,
  type EmbeddedLedgerOptions,
} from "./options.ts";
