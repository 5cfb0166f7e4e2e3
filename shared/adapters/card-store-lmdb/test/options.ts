import { storeGiven } from "@scrip/testing";
import type { CardStoreOptions } from "../src/index.ts";

/** A store as the suites want it. */
export const optionsAt = (directory: string): CardStoreOptions => ({
  directory,
  chainId: "scrip.example/test",
  shards: storeGiven.suiteShards,
  streamStart: storeGiven.suiteStart,
});
