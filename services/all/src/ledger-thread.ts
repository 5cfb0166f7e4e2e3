import { serveLedgerThread } from "./container.ts";

// The embedded ledger in a thread of its own: `openAdapters` starts this script and speaks with it.
await serveLedgerThread();
