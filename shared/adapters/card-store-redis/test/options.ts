import { storeGiven } from "@scrip/testing";
import type { CardStoreOptions, Place } from "../src/index.ts";

/** A store as the suites want it. */
export const optionsAt = (place: Place): CardStoreOptions => ({
  place,
  chainId: "scrip.example/test",
  shards: storeGiven.suiteShards,
  streamStart: storeGiven.suiteStart,
});
