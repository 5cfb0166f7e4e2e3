import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyMaxBytes } from "../src/index.ts";
import { appUnderTest, bearer, type UnderTest } from "./app-under-test.ts";

let it_: UnderTest;
beforeAll(async () => {
  it_ = await appUnderTest();
});
afterAll(() => it_.app.close());

const json = "application/json";

async function post(payload: string | Buffer, contentType = json, url = "/v1/payments") {
  const headers = { ...bearer, "idempotency-key": "k", "content-type": contentType };
  const answer = await it_.app.inject({ method: "POST", url, headers, payload });
  return { answer, problem: answer.json<Record<string, unknown>>() };
}

const amount = (token: string): string => `{"acceptor":"s","amount":${token}}`;
const at = (field: string): unknown => [expect.objectContaining({ in: "body", field })];

describe("bad input", () => {
  it.each([
    ["a text for a number", amount('"5"'), "/amount"],
    ["true for a number", amount("true"), "/amount"],
    ["a list for a number", amount("[5]"), "/amount"],
    ["null for a number", amount("null"), "/amount"],
    ["5.0e0", amount("5.0e0"), "/amount"],
    ["1e400", amount("1e400"), "/amount"],
    ["4.9999999999999999999", amount("4.9999999999999999999"), "/amount"],
    ["negative", amount("-5"), "/amount"],
    ["zero", amount("0"), "/amount"],
    ["minus zero", amount("-0"), "/amount"],
    ["2^53", amount("9007199254740992"), "/amount"],
    ["a duplicate key", '{"acceptor":"s","amount":5,"amount":6}', "/amount"],
    ["an extra field", '{"acceptor":"s","amount":5,"tip":1}', "/tip"],
    [
      "an extra field inside",
      '{"acceptor":"s","amount":5,"tenders":[{"kode":"x"}]}',
      "/tenders/0/kode",
    ],
    ["a missing field", '{"acceptor":"s"}', "/amount"],
    ["a number for a text", '{"acceptor":7,"amount":5}', "/acceptor"],
    ["a text for a boolean", '{"acceptor":"s","amount":5,"allowPartial":"false"}', "/allowPartial"],
    ["a list for the whole", "[]", ""],
    ["null for the whole", "null", ""],
    ["an empty body", "", ""],
    ["half a body", '{"acceptor":"s","amount":', ""],
    ["broken UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), ""],
    ["an overlong UTF-8 sequence", Buffer.from([0x22, 0xc0, 0xaf, 0x22]), ""],
    ["a byte order mark", Buffer.from(`\ufeff${amount("5")}`), ""],
    ["a poisoned prototype", '{"acceptor":"s","amount":5,"__proto__":{"a":1}}', "/__proto__"],
  ])("%s: 400 naming the field, and the route is not reached", async (_what, body, field) => {
    const { answer, problem } = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(problem).toMatchObject({
      code: "VALIDATION_FAILED",
      status: 400,
      retryable: false,
      outcomeKnown: true,
    });
    expect(problem["errors"]).toEqual(at(field));
    expect(it_.reached).toEqual([]);
  });

  it("no body at all: 400", async () => {
    const headers = { ...bearer, "idempotency-key": "k" };
    const answer = await it_.app.inject({ method: "POST", url: "/v1/payments", headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "VALIDATION_FAILED", errors: at("") });
  });

  it("a text of another form, or no word of a list: told in words what is expected", async () => {
    const { app } = await appUnderTest((routes) =>
      routes.post(
        "/v1/forms",
        {
          config: { access: "PUBLIC" },
          schema: {
            body: {
              type: "object",
              properties: {
                unit: { type: "string", pattern: "^[A-Z]{3}$", title: "three capital letters" },
                kind: { type: "string", enum: ["A", "B"] },
                one: { type: "string", enum: ["*"] },
                note: { type: "string", pattern: "^x$" },
              },
            },
          },
        },
        () => ({}),
      ),
    );
    const payload = { unit: "cny", kind: "C", one: "1", note: "y" };
    const answer = await app.inject({ method: "POST", url: "/v1/forms", payload });
    const { errors, detail } = answer.json<{ errors: { field: string }[]; detail: string }>();
    expect(errors).toEqual([
      { in: "body", field: "/unit", detail: "must be three capital letters" },
      { in: "body", field: "/kind", detail: "must be one of A, B" },
      { in: "body", field: "/one", detail: "must be *" },
      { in: "body", field: "/note", detail: 'must match pattern "^x$"' },
    ]);
    expect(detail).toBe("body /unit: must be three capital letters");
    await app.close();
  });

  it("one of several forms: told of the one that was meant", async () => {
    const name = { type: "string", pattern: "^[a-z]+$", title: "a name" };
    const fields = (...names: string[]) => ({
      type: "object",
      additionalProperties: false,
      required: names,
      properties: Object.fromEntries(
        names.map((one) => [one, one === "cards" ? { type: "array", maxItems: 1 } : name]),
      ),
    });
    const choices = [fields("code"), fields("wallet", "program"), fields("wallet", "cards")];
    const body = {
      type: "object",
      properties: {
        cards: {
          anyOf: [
            { type: "string", enum: ["ALL"] },
            { type: "array", minItems: 1, items: name },
          ],
        },
        until: { anyOf: [name, { type: "null" }] },
        tenders: { type: "array", items: { anyOf: choices } },
      },
    };
    const { app } = await appUnderTest((routes) =>
      routes.post("/v1/choices", { config: { access: "PUBLIC" }, schema: { body } }, () => ({})),
    );
    const told = async (payload: object) => {
      const answer = await app.inject({ method: "POST", url: "/v1/choices", payload });
      return answer.json<{ errors: { field: string; detail: string }[] }>().errors;
    };
    const cases: readonly (readonly [object, string, string])[] = [
      [{ cards: [] }, "/cards", "must NOT have fewer than 1 items"],
      [{ cards: "SOME" }, "/cards", "must be ALL"],
      [{ cards: ["a", " b"] }, "/cards/1", "must be a name"],
      [{ until: "7" }, "/until", "must be a name"],
      [{ until: 7 }, "/until", "must be string"],
      [
        { tenders: [{ wallet: "h", cards: [1, 2] }] },
        "/tenders/0/cards",
        "must NOT have more than 1 items",
      ],
      [{ tenders: [{ wallet: "h" }] }, "/tenders/0/program", "is missing"],
      [{ tenders: [{ kode: "x", code: "x" }] }, "/tenders/0/kode", "is not a field here"],
    ];
    for (const [payload, field, detail] of cases)
      expect(await told(payload)).toEqual([{ in: "body", field, detail }]);
    await app.close();
  });

  it("a number out of its range in the address: told the range, not how long its text may be", async () => {
    const limit = { type: "string", pattern: "^[1-9][0-9]?$", maxLength: 2, title: "from 1 to 99" };
    const querystring = { type: "object", properties: { limit } };
    const { app } = await appUnderTest((routes) =>
      routes.get(
        "/v1/pages",
        { config: { access: "PUBLIC" }, schema: { querystring } },
        () => ({}),
      ),
    );
    const answer = await app.inject("/v1/pages?limit=100000");
    const told = [{ in: "query", field: "limit", detail: "must be from 1 to 99" }];
    expect(answer.json()).toMatchObject({
      errors: told,
      detail: "query limit: must be from 1 to 99",
    });
    await app.close();
  });

  it("several faults: all are named", async () => {
    const { problem } = await post('{"acceptor":"","amount":0,"tip":1}');
    const fields = (problem["errors"] as { field: string }[]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(["/acceptor", "/amount", "/tip"]);
  });

  it("65 KiB: 413, and one byte less than the limit passes", async () => {
    const { answer, problem } = await post(`{"acceptor":"${"s".repeat(65 * 1024)}"}`);
    expect(answer.statusCode).toBe(413);
    expect(problem["code"]).toBe("BODY_TOO_LARGE");
    const fits = await post(amount("5").padEnd(bodyMaxBytes, " "));
    expect(fits.answer.statusCode).toBe(200);
    expect(it_.reached.splice(0)).toEqual([{ acceptor: "s", amount: 5 }]);
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "application/xml",
    "nonsense",
  ])("content type %s: 415", async (contentType) => {
    const { answer, problem } = await post(amount("5"), contentType);
    expect(answer.statusCode).toBe(415);
    expect(problem["code"]).toBe("MEDIA_TYPE_UNSUPPORTED");
    expect(it_.reached).toEqual([]);
  });

  it("no content type but a body: 415", async () => {
    const headers = { ...bearer, "idempotency-key": "k" };
    const answer = await it_.app.inject({
      method: "POST",
      url: "/v1/payments",
      headers,
      payload: Buffer.from("{}"),
    });
    expect(answer.statusCode).toBe(415);
  });

  it("a charset beside application/json is accepted", async () => {
    const { answer } = await post(amount("5"), "application/json; charset=utf-8");
    expect(answer.statusCode).toBe(200);
    expect(it_.reached.splice(0)).toHaveLength(1);
  });

  it("the largest amount passes unchanged", async () => {
    await post(amount("9007199254740991"));
    expect(it_.reached.splice(0)).toEqual([{ acceptor: "s", amount: 9007199254740991 }]);
  });

  it.each([
    ["GET", "/v1/nothing"],
    ["POST", "/v1/payments/7/void"],
    ["GET", "/"],
    ["GET", "/v1/payments/7/"],
  ] as const)("%s %s: 404", async (method, url) => {
    const answer = await it_.app.inject({ method, url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: "ROUTE_NOT_FOUND", errors: [] });
  });

  it.each([
    ["GET", "/v1/payments", "POST"],
    ["PUT", "/v1/payments?x=1", "POST"],
    ["DELETE", "/v1/payments/7", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
  ] as const)("%s %s: 405 with Allow", async (method, url, allow) => {
    const answer = await it_.app.inject({ method, url });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers["allow"]).toBe(allow);
    expect(answer.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });

  it.each(["/v1/payments/%zz", `/v1/payments/${"x".repeat(300)}`])(
    "address %s: 400",
    async (url) => {
      const answer = await it_.app.inject({ method: "GET", url });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers["content-type"]).toBe("application/problem+json");
      expect(answer.json()).toMatchObject({ code: "VALIDATION_FAILED" });
    },
  );
});
