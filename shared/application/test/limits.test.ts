import {
  amountMax,
  batchCardsMax,
  bulkCardsPerEventMax,
  lotsPerWriteOffMax,
  programLeadMs,
} from "@scrip/domain";
import { changeCardsMax, changeEventsMax } from "@scrip/ports";
import { cardsNamedMax, leftOutNamedMax, waitMsMax } from "@scrip/wire";
import { expect, it } from "vitest";
import {
  cardsPerTurnMax,
  chunksInFlightMax,
  codesPieceBytes,
  idsAtOnceMax,
} from "../src/batches/limits.ts";
import { controlLookMs, registryAgeMaxMs } from "../src/committed/limits.ts";
import { controlPollMs, controlWaitMs } from "../src/control/limits.ts";
import { conflictRetriesMax, walletCardsMax, walletPageCards } from "../src/keyed/limits.ts";

it("limits agree with each other", () => {
  // A change holds all that one event touches.
  expect(changeCardsMax).toBeGreaterThanOrEqual(bulkCardsPerEventMax);
  expect(changeCardsMax).toBeGreaterThanOrEqual(lotsPerWriteOffMax);
  expect(changeEventsMax).toBeGreaterThanOrEqual(1);
  // Whoever holds the most lots a sale may draw has them all looked at.
  expect(walletCardsMax).toBeGreaterThanOrEqual(lotsPerWriteOffMax);
  expect(walletCardsMax % walletPageCards).toBe(0);
  // One answer names whatever one request could name.
  expect(leftOutNamedMax).toBeGreaterThanOrEqual(cardsNamedMax);
  // A code's number is written as 4 bytes, a chunk's too.
  expect(batchCardsMax).toBeLessThan(2 ** 32);
  expect(Number(amountMax)).toBe(Number.MAX_SAFE_INTEGER);
  expect(controlPollMs).toBeLessThan(controlWaitMs);
  expect(controlWaitMs).toBeLessThanOrEqual(waitMsMax);
  // As many as race for a card in our tests, and more, find their turn.
  expect(conflictRetriesMax).toBeGreaterThan(64);
  expect(cardsPerTurnMax).toBeLessThanOrEqual(bulkCardsPerEventMax);
  // Whatever the batch, the ids of one first byte fit what is held at once.
  expect(batchCardsMax / 256).toBeLessThan(idsAtOnceMax / 2);
  expect(chunksInFlightMax * bulkCardsPerEventMax).toBeLessThan(batchCardsMax);
  expect(codesPieceBytes).toBeGreaterThan(30);
  // Who knows programs no later than this never decides under a version that is over, clocks a second apart included.
  expect(registryAgeMaxMs + 1_000).toBeLessThan(programLeadMs);
  expect(3 * controlLookMs).toBeLessThan(registryAgeMaxMs);
});
