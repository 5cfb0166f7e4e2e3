import { batchEventsMax as ledgerEventsMax, eventBytesMax } from "@scrip/wire";
import { expect, it } from "vitest";
import * as limits from "../src/limits.ts";

it("limits agree with each other and with the ledger's", () => {
  expect(limits.batchEventsMax).toBeLessThanOrEqual(ledgerEventsMax);
  expect(limits.batchBytesMax).toBeGreaterThan(eventBytesMax);
  expect(limits.queueEventsMax).toBeGreaterThanOrEqual(limits.batchEventsMax);
  expect(limits.queueBytesMax).toBeGreaterThanOrEqual(limits.batchBytesMax);
  expect(limits.submitRetryMaxMs).toBeGreaterThanOrEqual(limits.submitRetryFirstMs);
});
