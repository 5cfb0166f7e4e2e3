import { roles } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { given } from "./support/given.ts";

describe("who may bind and see wallets", () => {
  const may: readonly string[] = ["ACCEPTOR", "ISSUER"];

  it("acceptors and issuers; no other role, and nobody without a key", async () => {
    const scrip = await given();
    await scrip.card({}, "anna");
    for (const [key, code] of [
      [undefined, "AUTHENTICATION_REQUIRED"],
      ["sk_no", "AUTHENTICATION_FAILED"],
    ] as const) {
      const bound = await scrip.bind({ ...(key && { key }), body: { code: "x", holder: "h" } });
      expect(bound.json()).toMatchObject({ status: 401, code });
      expect((await scrip.wallet("anna", key)).json()).toMatchObject({ status: 401, code });
    }
    for (const role of roles) {
      const key = await scrip.keyOf(role);
      const { code } = await scrip.card();
      const statuses = [
        (await scrip.bind({ key, body: { code, holder: "anna" } })).statusCode,
        (await scrip.wallet("anna", key)).statusCode,
      ];
      expect([role, ...statuses]).toEqual([
        role,
        ...(may.includes(role) ? [200, 200] : [403, 403]),
      ]);
    }
  });

  it("only with holders:act, and only in the programs of the key", async () => {
    const scrip = await given();
    const { code } = await scrip.card();
    for (const role of ["ACCEPTOR", "ISSUER"] as const) {
      const key = await scrip.keyOf(role, { holdersAct: false });
      const answers = [
        await scrip.bind({ key, body: { code, holder: "h" } }),
        await scrip.wallet("h", key),
      ];
      for (const answer of answers)
        expect(answer.json()).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    }
    const key = await scrip.keyOf("ACCEPTOR", { programs: ["points"] });
    const hidden = await scrip.bind({ key, body: { code, holder: "h" } });
    const absent = await scrip.bind({
      key,
      body: { code: "00000-00000-00000-00000-00000", holder: "h" },
    });
    expect({ ...hidden.json<object>(), instance: 0 }).toEqual({
      ...absent.json<object>(),
      instance: 0,
    });
  });
});
