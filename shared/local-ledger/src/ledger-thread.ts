import { serveLedgerThread } from "./open-ledger.ts";

// The embedded ledger in a thread of its own: `startLedger` starts this script and speaks with it.
await serveLedgerThread();
