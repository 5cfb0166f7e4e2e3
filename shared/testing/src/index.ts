export { followerStoreSuite, type FollowerStorePlace } from "./follower-store-suite.ts";
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
