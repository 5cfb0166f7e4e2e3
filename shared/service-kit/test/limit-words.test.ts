import { describe, expect, it } from "vitest";
import { limitWords } from "../src/problem/limit-words.ts";

describe("what a refusal says of its limit", () => {
  it.each([
    ["spendMax", 300, "One write-off takes at most 300 minor units (spendMax of the program)."],
    [
      "dailySpendMax",
      500,
      "The write-offs of one card in a day (UTC) take at most 500 minor units (dailySpendMax of the program).",
    ],
    ["balanceMax", 5, "A card holds at most 5 minor units (balanceMax of the program)."],
    ["amountMax", 9, "A balance, and each sum over a card's life, is at most 9 minor units."],
  ])("is %s and its amount in words", (limit, max, words) => {
    expect(limitWords({ limit, max })).toBe(words);
  });

  it("is its name where it is no amount, as it is in answers kept before amounts were", () => {
    expect(limitWords({ limit: "lotsPerWriteOffMax" })).toBe("The limit is lotsPerWriteOffMax.");
    expect(limitWords({ limit: "spendMax" })).toBe("The limit is spendMax.");
  });

  it("is nothing where no limit was met", () => {
    expect(limitWords({})).toBeUndefined();
  });
});
