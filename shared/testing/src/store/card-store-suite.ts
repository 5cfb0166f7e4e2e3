import { describe } from "vitest";
import { cardRecordCases } from "./cases/card-record-cases.ts";
import type { CardStorePlace } from "./card-store-place.ts";
import { dueCases } from "./cases/due-cases.ts";
import { indexCases } from "./cases/index-cases.ts";
import { keyCases } from "./cases/key-cases.ts";
import { openPlace } from "./open-place.ts";
import { operationCases } from "./cases/operation-cases.ts";
import { rebuildCases } from "./cases/rebuild-cases.ts";
import { saveCases } from "./cases/save-cases.ts";
import { scanCases } from "./cases/scan-cases.ts";
import { shardCases } from "./cases/shard-cases.ts";

/** What every card store promises. */
export function cardStoreSuite(name: string, newPlace: () => Promise<CardStorePlace>): void {
  describe(`card store: ${name}`, () => {
    const at = openPlace(newPlace);
    describe("records", () => {
      cardRecordCases(at);
    });
    describe("saves", () => {
      saveCases(at);
    });
    describe("operation keys", () => {
      keyCases(at);
    });
    describe("indexes", () => {
      indexCases(at);
    });
    describe("due index", () => {
      dueCases(at);
    });
    describe("operations", () => {
      operationCases(at);
    });
    describe("scans", () => {
      scanCases(at);
    });
    describe("shards", () => {
      shardCases(at);
    });
  });
  describe(`rebuild of a card store: ${name}`, () => {
    rebuildCases(newPlace);
  });
}
