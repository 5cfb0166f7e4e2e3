export { followerStoreSuite, type FollowerStorePlace } from "./follower-store-suite.ts";
export { StoreBlocks } from "./ledger/store-blocks.ts";
export { MemoryDisk, MemoryFollowerStore } from "./ledger/memory-follower-store.ts";
export {
  type HistoryOptions,
  type HistoryWriter,
  LedgerHistory,
  type Names,
  type Wish,
} from "./ledger/history.ts";
export { HistoryActs } from "./ledger/history-acts.ts";
export { play, type Step, steps } from "./ledger/random-history.ts";
export { type TestChain, testChain, testSigner } from "./ledger/test-chain.ts";
export { failing, failOnce, type Fault, type FaultPlan } from "./faults/failing.ts";
export { cardStoreSuite } from "./store/card-store-suite.ts";
export { outboxSuite } from "./store/outbox-suite.ts";
export { type CardStorePlace, type StoreUnderTest } from "./store/card-store-place.ts";
export * as storeGiven from "./store/given.ts";
export { MemoryCardPlace } from "./store/memory/card-place.ts";
export { MemoryCardDisk } from "./store/memory/card-disk.ts";
export { MemoryCardStore } from "./store/memory/card-store.ts";
export { type CheckingCopy, type LedgerPlace, ledgerSuite } from "./ledger-suite.ts";
export { batchVaultSuite } from "./vaults/batch-vault-suite.ts";
export { callerDirectorySuite } from "./vaults/caller-directory-suite.ts";
export { holderVaultSuite } from "./vaults/holder-vault-suite.ts";
export { MemoryBatchVault } from "./vaults/memory-batch-vault.ts";
export { MemoryCallerDirectory, type MemoryKeys } from "./vaults/memory-caller-directory.ts";
export { MemoryHolderVault } from "./vaults/memory-holder-vault.ts";
export type { Place } from "./vaults/place.ts";
export { FixedClock } from "./world/fixed-clock.ts";
export { SeededIdentity } from "./world/seeded-identity.ts";
export { eventLogSuite } from "./event-log/event-log-suite.ts";
export { TestConsumer } from "./event-log/test-consumer.ts";
export { testMessages } from "./event-log/test-messages.ts";
export { TestRelay } from "./event-log/test-relay.ts";
export { badBodies, refusalOf, type BadBody } from "./services/bad-bodies.ts";
export { InstantLedger } from "./services/instant-ledger.ts";
export { CountingSigner, testReceiptKey, testReceipts } from "./services/test-receipts.ts";
