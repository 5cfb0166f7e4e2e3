import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus, type Answer } from "../../stage/http.ts";
import type { Keys, RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards, type Stock } from "../../stage/stock.ts";

/** Terms of a program, and what becomes of a card when they change. */
export function programCases(served: () => RunningScrip): void {
  let stock: Stock;
  let asked = 0;

  const post = (path: string, role: keyof Keys, body: unknown): Promise<Answer> => {
    const { url, keys } = served();
    const idempotencyKey = `program ${(asked += 1)}`;
    return ask(`${url}${path}`, { key: keys[role], idempotencyKey, body });
  };
  const read = async (role: keyof Keys) => {
    const { url, keys } = served();
    return (await expectStatus(`${url}/v1/programs/terms`, { key: keys[role] }, 200)).json;
  };
  const sale = (nth: number, amount: number, more: object = {}) =>
    post("/v1/write-offs", "acceptor", {
      acceptor: "store-7",
      amount,
      tenders: [{ code: stock.codes[nth] }],
      ...more,
    });

  beforeAll(async () => {
    stock = await stockCards(served(), { programId: "terms", count: 2, faceValue: 1_000 });
  });

  it("change by a version that rules once everybody knows it; until then the old ones do", async () => {
    const before = await read("acceptor");
    expect(before).toMatchObject({ ruling: 1, versions: [{ version: 1, spendMax: null }] });
    const acceptors = ["store-7", "store-6"];
    const limits = { spendMax: 300, dailySpendMax: 500, acceptors, backdatingDaysMax: 31 };
    const changed = await post("/v1/programs/terms/versions", "issuer", limits);
    expect([changed.status, changed.json]).toMatchObject([
      201,
      {
        finality: "COMMITTED",
        program: {
          version: 2,
          spendMax: 300,
          dailySpendMax: 500,
          refundWindowDays: 90,
          acceptors: ["store-6", "store-7"],
        },
      },
    ]);
    const rulesFromMs = Date.parse(changed.json.program.effectiveFrom);
    expect(rulesFromMs).toBeGreaterThan(Date.now());
    const after = await read("regulator");
    expect(after.ruling).toBe(1);
    expect(after.versions[0]).toEqual(changed.json.program);
    expect((await sale(0, 301)).status).toBe(200);
    while (Date.now() <= rulesFromMs) await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await read("issuer")).ruling).toBe(2);
  }, 30_000);

  it("refuse in code what goes beyond a limit, and name the limit", async () => {
    const refused = async (answer: Promise<Answer>) => {
      const { status, json } = await answer;
      return [status, json.code, json.limit];
    };
    expect(await refused(sale(1, 301))).toEqual([403, "LIMIT_EXCEEDED", "spendMax"]);
    expect((await sale(1, 301)).json).toMatchObject({
      max: 300,
      detail: "One write-off takes at most 300 minor units (spendMax of the program).",
    });
    expect((await sale(1, 300)).status).toBe(200);
    expect(await refused(sale(1, 201))).toEqual([403, "LIMIT_EXCEEDED", "dailySpendMax"]);
    expect(await refused(sale(1, 1, { acceptor: "store-5" }))).toEqual([
      403,
      "ACCEPTOR_NOT_ALLOWED",
      undefined,
    ]);
    const longAgo = new Date(Date.now() - 40 * 86_400_000).toISOString();
    expect(await refused(sale(1, 1, { businessAt: longAgo }))).toEqual([
      403,
      "LIMIT_EXCEEDED",
      "backdatingDaysMax",
    ]);
  });

  it("are changed by their issuer alone, of a program that is there, within bounds", async () => {
    const at = "/v1/programs/terms/versions";
    const coded = async (answer: Promise<Answer>) => {
      const { status, json } = await answer;
      return [status, json.code];
    };
    expect(await coded(post(at, "acceptor", {}))).toEqual([403, "PERMISSION_DENIED"]);
    const unknown = post("/v1/programs/nowhere/versions", "issuer", {});
    expect(await coded(unknown)).toEqual([404, "PROGRAM_NOT_FOUND"]);
    for (const body of [{ kind: "POINTS" }, { spendMax: 0 }, { refundWindowDays: -1 }])
      expect(await coded(post(at, "issuer", body))).toEqual([400, "VALIDATION_FAILED"]);
  });
}
