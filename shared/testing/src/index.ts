export { followerStoreSuite, type FollowerStorePlace } from "./follower-store-suite.ts";
export { MemoryDisk, MemoryFollowerStore } from "./ledger/memory-follower-store.ts";
