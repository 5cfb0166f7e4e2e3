import { roles, type Role } from "@scrip/ports";
import { describe, expect, it } from "vitest";
import { given, type Given } from "./support/given.ts";
import { goldProgram, stocked } from "./support/stock.ts";

interface Route {
  readonly name: string;
  readonly may: readonly Role[];
  readonly call: (scrip: Given, at: string, key?: string) => ReturnType<Given["post"]>;
}

const post = (name: string, may: readonly Role[], path: string, body: object): Route => ({
  name,
  may,
  call: (scrip, at, key) =>
    scrip.post(path.replace("BATCH", at), { body, ...(key === undefined ? {} : { key }) }),
});
const get = (name: string, may: readonly Role[], path: string): Route => ({
  name,
  may,
  call: (scrip, at, key) => scrip.get(path.replace("BATCH", at), key),
});

const sha256 = "0".repeat(64);
const routes: readonly Route[] = [
  post("POST /v1/programs", ["ISSUER"], "/v1/programs", goldProgram),
  post("POST /v1/participants", ["OPERATOR"], "/v1/participants", { participantId: "p" }),
  post("POST /v1/batches", ["ISSUER"], "/v1/batches", {
    programId: "gold",
    count: 1,
    faceValue: 1,
  }),
  get("GET /v1/batches/{id}", ["ISSUER", "DISTRIBUTOR", "OPERATOR"], "BATCH"),
  get("GET …/codes", ["ISSUER"], "BATCH/codes"),
  post("POST …/codes/confirm", ["ISSUER"], "BATCH/codes/confirm", { count: 1, sha256 }),
  post("POST …/acquire", ["DISTRIBUTOR"], "BATCH/acquire", { distributor: "north" }),
  post("POST …/distribute", ["DISTRIBUTOR", "ISSUER"], "BATCH/distribute", { cards: "ALL" }),
  post("POST /v1/points-grants", ["ISSUER"], "/v1/points-grants", {
    programId: "gold",
    holder: "h",
    amount: 1,
  }),
];

describe.each(routes)("$name", ({ call, may }) => {
  it("admits its roles alone, and nobody without a key", async () => {
    const scrip = await given();
    const { at } = await stocked(scrip);
    for (const key of [undefined, "sk_unknown"]) {
      const code = key === undefined ? "AUTHENTICATION_REQUIRED" : "AUTHENTICATION_FAILED";
      expect((await call(scrip, at, key)).json()).toMatchObject({ status: 401, code });
    }
    const events = await scrip.eventCount();
    for (const role of roles.filter((one) => !may.includes(one))) {
      const answer = await call(scrip, at, await scrip.keyOf(role));
      expect([role, answer.json()]).toMatchObject([
        role,
        { status: 403, code: "PERMISSION_DENIED" },
      ]);
    }
    expect(await scrip.eventCount()).toBe(events);
    for (const role of may) {
      const { statusCode } = await call(scrip, at, await scrip.keyOf(role));
      expect([role, statusCode === 401 || statusCode === 403]).toEqual([role, false]);
    }
  });
});

describe("scopes", () => {
  it("of programs and participants bound what a key may touch", async () => {
    const scrip = await given();
    const { at } = await stocked(scrip);
    const elsewhere = await scrip.keyOf("ISSUER", { programs: ["other"] });
    const other = await scrip.keyOf("ISSUER", { participants: ["bolt"] }, "bolt");
    const north = await scrip.keyOf("DISTRIBUTOR", { participants: ["north"] }, "north");
    const outside = await scrip.keyOf("DISTRIBUTOR", { programs: [] }, "north");
    const batch = { programId: "gold", count: 1, faceValue: 1 };
    const grant = { programId: "gold", holder: "h", amount: 1 };
    const table = [
      [scrip.post("/v1/programs", { key: elsewhere, body: goldProgram }), "PERMISSION_DENIED"],
      [scrip.post("/v1/programs", { key: other, body: goldProgram }), "PERMISSION_DENIED"],
      [scrip.post("/v1/batches", { key: elsewhere, body: batch }), "PERMISSION_DENIED"],
      [scrip.post("/v1/batches", { key: other, body: batch }), "PERMISSION_DENIED"],
      [scrip.post("/v1/points-grants", { key: elsewhere, body: grant }), "PERMISSION_DENIED"],
      [scrip.post("/v1/points-grants", { key: other, body: grant }), "PERMISSION_DENIED"],
      [scrip.get(at, elsewhere), "BATCH_NOT_FOUND"],
      [
        scrip.post(`${at}/acquire`, { key: north, body: { distributor: "south" } }),
        "PERMISSION_DENIED",
      ],
      [
        scrip.post(`${at}/acquire`, { key: outside, body: { distributor: "north" } }),
        "BATCH_NOT_FOUND",
      ],
      [scrip.post(`${at}/distribute`, { key: north, body: { cards: "ALL" } }), "PERMISSION_DENIED"],
      [scrip.post(`${at}/distribute`, { key: other, body: { cards: "ALL" } }), "PERMISSION_DENIED"],
    ] as const;
    for (const [asked, code] of table) expect((await asked).json()).toMatchObject({ code });
    const metrics = (await scrip.get("/metrics")).body;
    for (const route of ["/v1/batches/:id", "/v1/batches/:id/acquire"]) {
      const labels = `{reason="OUT_OF_SCOPE",route="${route}"}`;
      expect(metrics).toContain(`scrip_calls_denied_total${labels} 1`);
    }
  });
});
