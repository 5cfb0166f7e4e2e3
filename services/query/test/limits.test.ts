import { bulkCardsPerEventMax } from "@scrip/domain";
import { listedItemsMax } from "@scrip/wire";
import { expect, it } from "vitest";
import * as limits from "../src/limits.ts";

it("limits agree with each other and with what events can name", () => {
  // Two cards of a batch's list never have one place, and places of ten billion events are told apart.
  expect(limits.placesPerEventMax).toBeGreaterThanOrEqual(bulkCardsPerEventMax);
  expect(Number.isSafeInteger(10_000_000_000 * limits.placesPerEventMax)).toBe(true);
  expect(limits.listScannedMax).toBeGreaterThanOrEqual(listedItemsMax);
  expect(limits.followRetryMaxMs).toBeGreaterThanOrEqual(limits.followRetryFirstMs);
});
