export { type ChainKeys, chainKeys, hasBegun, requireFirstStart } from "./chain-keys.ts";
export { ledgerScript } from "./ledger-script.ts";
export { type LocalLedger, startLedger } from "./open-ledger.ts";
