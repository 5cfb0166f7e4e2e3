import { describe, expect, it } from "vitest";
import { Scribe, maskCode } from "../src/walk/scribe.ts";

const code = "ABCDE-FGHJK-MNPQR-STVWX-YZ012";

describe("the story of a walk", () => {
  it("shows the first group of a code and nothing else of it", () => {
    expect(maskCode(code)).toBe("ABCDE-•••••-•••••-•••••-•••••");
    const lines: string[] = [];
    const scribe = new Scribe((line) => lines.push(line));
    scribe.step("verifying", "a check");
    scribe.asks("anyone", "POST /v1/verify", { code, amount: 1, tenders: [{ code }] });
    scribe.step("binding", "a wallet");
    expect(lines).toEqual([
      "1 verifying: a check",
      `  anyone → POST /v1/verify {"code":"${maskCode(code)}","amount":1,"tenders":[{"code":"${maskCode(code)}"}]}`,
      "2 binding: a wallet",
    ]);
  });

  it("cuts what is long", () => {
    const lines: string[] = [];
    new Scribe((line) => lines.push(line)).asks("issuer", "POST /", { long: "x".repeat(500) });
    expect(lines[0]?.length).toBeLessThan(250);
  });
});
