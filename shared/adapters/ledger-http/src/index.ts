export type { AskOptions } from "./channel/ask-channel.ts";
export type { ServedChannel, ServeOptions } from "./channel/serve-channel.ts";
export { remoteCommitted } from "./committed/remote-committed.ts";
export { serveCommitted } from "./committed/serve-committed.ts";
export { remoteLedger } from "./ledger/remote-ledger.ts";
export { serveLedgerReads } from "./ledger/serve-ledger-reads.ts";
