import { beforeAll, describe, expect, it } from "vitest";
import { ask, expectStatus, type Answer } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { openProgram, stockCards } from "../../stage/stock.ts";

const tooBig = 65 * 1024;
const programId = "bad-input";
const pointsProgram = "bad-points";

/** An amount as it would stand in the JSON text, and why it is none. */
const badAmounts = [
  ["a text", '"5"'],
  ["a list", "[5]"],
  ["an object", '{"amount":5}'],
  ["true", "true"],
  ["null", "null"],
  ["a float's spelling", "5.0e0"],
  ["a fraction that is whole", "5.0"],
  ["more than a double holds", "1e400"],
  ["what a double rounds to 5", "4.9999999999999999999"],
  ["a leading zero", "05"],
  ["negative", "-5"],
  ["zero", "0"],
  ["minus zero", "-0"],
  ["2^53", "9007199254740992"],
  ["2^64", "18446744073709551616"],
] as const;

/** A route that moves value; `text` is its body with this text as the amount. */
interface MoneyRoute {
  readonly path: string;
  readonly role: "acceptor" | "issuer";
  readonly field: string;
  readonly text: (amount: string) => string;
}

/** Nothing that is not exactly right gets in, and what is refused leaves nothing behind. */
export function badInputCases(served: () => RunningScrip): void {
  let code: string;
  let sale: string;
  let routes: Record<"write-off" | "grant" | "refund" | "batch" | "count", MoneyRoute>;
  let keys = 0;
  const nextKey = () => `bad input ${(keys += 1)}`;

  beforeAll(async () => {
    const scrip = served();
    ({
      codes: [code = ""],
    } = await stockCards(scrip, { programId, count: 1, faceValue: 10_000, confirm: true }));
    await openProgram(scrip, { programId: pointsProgram, kind: "POINTS" });
    const sold = await post("/v1/write-offs?waitFor=committed", "acceptor", {
      acceptor: "store-1",
      amount: 100,
      tenders: [{ code }],
    });
    sale = sold.json.operation.id;
    routes = {
      "write-off": {
        path: "/v1/write-offs",
        role: "acceptor",
        field: "/amount",
        text: (amount) =>
          `{"acceptor":"store-1","amount":${amount},"tenders":[{"code":"${code}"}]}`,
      },
      grant: {
        path: "/v1/points-grants",
        role: "issuer",
        field: "/amount",
        text: (amount) => `{"programId":"${pointsProgram}","holder":"h-bad","amount":${amount}}`,
      },
      refund: {
        path: `/v1/write-offs/${sale}/refund`,
        role: "acceptor",
        field: "/amount",
        text: (amount) => `{"amount":${amount}}`,
      },
      batch: {
        path: "/v1/batches",
        role: "issuer",
        field: "/faceValue",
        text: (amount) => `{"programId":"${programId}","count":1,"faceValue":${amount}}`,
      },
      count: {
        path: "/v1/batches",
        role: "issuer",
        field: "/count",
        text: (amount) => `{"programId":"${programId}","count":${amount},"faceValue":5}`,
      },
    };
  });

  async function post(
    path: string,
    role: "acceptor" | "issuer",
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const { url, keys: roleKeys } = served();
    const asked = { key: roleKeys[role], idempotencyKey: nextKey(), body, headers };
    return await ask(`${url}${path}`, asked);
  }

  /** What the system holds: any effect would show in one of these. */
  async function standing(): Promise<unknown> {
    const { url, keys: roleKeys } = served();
    const get = async (path: string, role: keyof typeof roleKeys) =>
      (await ask(`${url}${path}`, { key: roleKeys[role] })).json;
    const { lag, size, totals, cards } = await get("/v1/ledger/status", "operator");
    const wallet = await get("/v1/wallets/h-bad", "issuer");
    return { depth: lag.outboxDepth, size, totals, cards, wallet: wallet.code };
  }

  function expectProblem(answer: Answer, status: number, code: string, field?: string): void {
    expect({ status: answer.status, code: answer.json?.code }).toEqual({ status, code });
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json\b/);
    expect(answer.json).toMatchObject({ status, type: `urn:scrip:problem:${code}` });
    expect(answer.json.title).toBeTypeOf("string");
    expect(answer.json.instance).toMatch(/^urn:uuid:/);
    if (field === undefined) return;
    expect(answer.json.errors.map((error: { field: string }) => error.field)).toContain(field);
  }

  describe.each(["write-off", "grant", "refund", "batch", "count"] as const)(
    "in the body of a %s",
    (name) => {
      it("is refused with the field's name, and stored nowhere", async () => {
        const { path, role, field, text } = routes[name];
        const before = await standing();
        for (const [what, amount] of badAmounts) {
          const answer = await post(path, role, text(amount));
          expect(answer.status, `${what}: ${answer.text}`).toBe(400);
          const malformed = amount === "05" ? ["", field] : [field];
          expect(malformed, what).toContain(answer.json.errors[0].field);
          expect(answer.json.code, what).toBe("VALIDATION_FAILED");
        }
        const good = text("5");
        const inner = good.slice(1, -1);
        const colour = await post(path, role, `{${inner},"colour":"red"}`);
        expectProblem(colour, 400, "VALIDATION_FAILED", "/colour");
        const twice = await post(path, role, `{"${field.slice(1)}":5,${inner}}`);
        expectProblem(twice, 400, "VALIDATION_FAILED", field);
        const missing = await post(path, role, "{}");
        expectProblem(missing, 400, "VALIDATION_FAILED", field);
        expect(await standing()).toEqual(before);
      });

      it("as bytes is refused before anything is looked at", async () => {
        const { path, role, text } = routes[name];
        const before = await standing();
        const good = text("5");
        expectProblem(await post(path, role, ""), 400, "VALIDATION_FAILED", "");
        expectProblem(await post(path, role, good.slice(0, -1)), 400, "VALIDATION_FAILED", "");
        expectProblem(await post(path, role, `${good}{}`), 400, "VALIDATION_FAILED", "");
        expectProblem(await post(path, role, "[]"), 400, "VALIDATION_FAILED", "");
        expectProblem(await post(path, role, `\uFEFF${good}`), 400, "VALIDATION_FAILED", "");
        const broken = Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0x7d])]);
        expectProblem(await post(path, role, broken), 400, "VALIDATION_FAILED", "");
        const big = `${good.slice(0, -1)},"pad":"${"x".repeat(tooBig)}"}`;
        expectProblem(await post(path, role, big), 413, "BODY_TOO_LARGE");
        const spaces = `${good}${" ".repeat(tooBig)}`;
        expectProblem(await post(path, role, spaces), 413, "BODY_TOO_LARGE");
        for (const type of ["text/plain", "application/x-www-form-urlencoded", "image/png"]) {
          const answer = await post(path, role, good, { "content-type": type });
          expectProblem(answer, 415, "MEDIA_TYPE_UNSUPPORTED");
        }
        expect(await standing()).toEqual(before);
      });
    },
  );

  it.each([
    ["two tenders", { tenders: [{ code: "A" }, { code: "A" }] }, "/tenders"],
    ["no tender", { tenders: [] }, "/tenders"],
    ["a tender of two kinds", { tenders: [{ code: "A", wallet: "h" }] }, "/tenders/0"],
    ["a unit in small letters", { unit: "cny" }, "/unit"],
    ["a time without a zone", { businessAt: "2017-01-01T11:53:26" }, "/businessAt"],
    ["an acceptor with spaces", { acceptor: "store 1" }, "/acceptor"],
    ["a reference with a line break", { reference: "a\nb" }, "/reference"],
    ["a field of the prototype", JSON.parse('{"__proto__x":1}') as object, "/__proto__x"],
  ])("has no place for %s", async (_, change, field) => {
    const body = { acceptor: "store-1", amount: 5, tenders: [{ code }], ...change };
    const answer = await post("/v1/write-offs", "acceptor", body);
    expectProblem(answer, 400, "VALIDATION_FAILED");
    const fields = answer.json.errors.map((error: { field: string }) => error.field);
    expect(fields.some((one: string) => one.startsWith(field))).toBe(true);
  });

  it("does not remember a key whose body it refused", async () => {
    const { url, keys: roleKeys } = served();
    const asked = { key: roleKeys.acceptor, idempotencyKey: "bad, then good" };
    const at = `${url}/v1/write-offs`;
    const bad = await ask(at, { ...asked, body: routes["write-off"].text('"5"') });
    expect(bad.status).toBe(400);
    const good = await expectStatus(at, { ...asked, body: routes["write-off"].text("5") }, 200);
    expect(good.headers.get("idempotency-replayed")).toBeNull();
  });

  it("refuses a code whose check symbol is wrong before it looks anything up", async () => {
    const wrong = code.slice(0, -1) + (code.endsWith("0") ? "1" : "0");
    const at = "/v1/write-offs";
    const body = { acceptor: "store-1", amount: 5, tenders: [{ code: wrong }] };
    expectProblem(await post(at, "acceptor", body), 400, "CARD_CODE_MALFORMED");
    const bound = { code: "XXXXX-XXXXX", holder: "h-bad" };
    expectProblem(await post("/v1/bindings", "acceptor", bound), 400, "CARD_CODE_MALFORMED");
  });

  it("answers unknown routes, methods, ids and cursors with their codes", async () => {
    const { url, keys: roleKeys } = served();
    const key = roleKeys.operator;
    const of = (path: string, asked = {}) => ask(`${url}${path}`, { key, ...asked });
    expectProblem(await of("/v1/nothing"), 404, "ROUTE_NOT_FOUND");
    expectProblem(await of("/v1/write-offs/a/b"), 404, "ROUTE_NOT_FOUND");
    const wrong = await of("/v1/write-offs", { method: "DELETE" });
    expectProblem(wrong, 405, "METHOD_NOT_ALLOWED");
    expect(wrong.headers.get("allow")).toBe("POST");
    const card = `card_${"0".repeat(40)}`;
    expectProblem(await of(`/v1/cards/${card}`), 404, "CARD_NOT_FOUND");
    expectProblem(await of("/v1/cards/nonsense/history"), 404, "CARD_NOT_FOUND");
    expectProblem(await of(`/v1/events/evt_${"0".repeat(64)}`), 404, "EVENT_NOT_FOUND");
    expectProblem(await of("/v1/events/nonsense"), 404, "EVENT_NOT_FOUND");
    expectProblem(await of("/v1/write-offs/wo_nonsense"), 404, "WRITE_OFF_NOT_FOUND");
    expectProblem(await of(`/v1/batches/batch_${"0".repeat(32)}`), 404, "BATCH_NOT_FOUND");
    const issuer = { key: roleKeys.issuer };
    expectProblem(await of("/v1/wallets/h-nobody", issuer), 404, "HOLDER_NOT_FOUND");
    const verified = await ask(`${url}/v1/verify`, { body: { code, amount: 1 } });
    const history = `/v1/cards/${verified.json.cardId}/history`;
    expectProblem(await of(`${history}?cursor=abcd`), 400, "CURSOR_INVALID");
    expectProblem(await of(`${history}?limit=0`), 400, "VALIDATION_FAILED", "limit");
    expectProblem(await of(`${history}?limit=9&limit=8`), 400, "VALIDATION_FAILED", "limit");
    expectProblem(await of(`${history}?colour=red`), 400, "VALIDATION_FAILED", "colour");
    const wait = "/v1/write-offs?waitFor=forever";
    const waited = await post(wait, "acceptor", routes["write-off"].text("5"));
    expectProblem(waited, 400, "VALIDATION_FAILED", "waitFor");
  });

  it("takes every good amount up to 2^53 − 1, and then the rules speak", async () => {
    const answer = await post(
      "/v1/write-offs",
      "acceptor",
      routes["write-off"].text("9007199254740991"),
    );
    expectProblem(answer, 402, "BALANCE_INSUFFICIENT");
  });
}
