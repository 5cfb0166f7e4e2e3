import { afterAll, beforeAll, describe } from "vitest";
import { startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { accessCases } from "./served/access.ts";
import { badInputCases } from "./served/bad-input.ts";
import { batchCases } from "./served/batches.ts";
import { cardLifeCases } from "./served/card-life.ts";
import { cardOrderCases } from "./served/card-orders.ts";
import { finalityCases } from "./served/finality.ts";
import { keyCases } from "./served/keys.ts";
import { openApiCases } from "./served/open-api.ts";
import { pointsCases } from "./served/points.ts";
import { programCases } from "./served/programs.ts";
import { receiptCases } from "./served/receipts.ts";
import { verifyCases } from "./served/verify.ts";

// One started system for all of these; each brings cards of its own.
const directory = temporaryDirectory("served");
let scrip: RunningScrip;

beforeAll(async () => {
  scrip = await startScrip(directory.path);
});
afterAll(async () => {
  await scrip.stop();
  directory.remove();
});

const served = () => scrip;
describe("bad input", () => {
  badInputCases(served);
});
describe("batches", () => {
  batchCases(served);
});
describe("keys of operations", () => {
  keyCases(served);
});
describe("finality", () => {
  finalityCases(served);
});
describe("receipts", () => {
  receiptCases(served);
});
describe("a card's life", () => {
  cardLifeCases(served);
});
describe("orders about single cards", () => {
  cardOrderCases(served);
});
describe("a program's terms", () => {
  programCases(served);
});
describe("points", () => {
  pointsCases(served);
});
describe("public verification", () => {
  verifyCases(served);
});
describe("who may ask what", () => {
  accessCases(served);
});
describe("the API's own description", () => {
  openApiCases(served);
});
