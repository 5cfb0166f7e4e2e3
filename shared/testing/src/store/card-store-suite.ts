import { describe } from "vitest";
import { cardRecordCases } from "./card-record-cases.ts";
import type { CardStorePlace } from "./card-store-place.ts";
import { indexCases } from "./index-cases.ts";
import { keyCases } from "./key-cases.ts";
import { openPlace } from "./open-place.ts";
import { saveCases } from "./save-cases.ts";
import { shardCases } from "./shard-cases.ts";

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
    describe("shards", () => {
      shardCases(at);
    });
  });
}
