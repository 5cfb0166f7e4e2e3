import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLogger } from "../src/index.ts";
import { appUnderTest, bearer, key, type UnderTest } from "./app-under-test.ts";

let store: string | undefined;
let it_: UnderTest;
beforeAll(async () => {
  it_ = await appUnderTest(
    (app) => {
      app.get("/v1/wallets/:holder", { config: { access: "PUBLIC" } }, () => ({}));
    },
    [
      { name: "store", check: () => Promise.resolve(store) },
      {
        name: "ledger",
        check: () =>
          store === "throws" ? Promise.reject(new Error("gone")) : Promise.resolve(undefined),
      },
    ],
  );
});
afterAll(() => it_.app.close());

const get = (url: string) => it_.app.inject({ url });

describe("health", () => {
  it("is alive", async () => {
    const answer = await get("/healthz");
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "ok" }]);
  });

  it("is ready when every check is", async () => {
    const answer = await get("/readyz");
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: "ready", checks: { store: "ok", ledger: "ok" } });
  });

  it("names what is not ready", async () => {
    store = "throws";
    const answer = await get("/readyz");
    store = undefined;
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: "not ready",
      checks: { store: "throws", ledger: "gone" },
    });
  });

  it("is alive but not ready while stopping", async () => {
    const stopping = await appUnderTest();
    stopping.lifecycle.stop();
    expect((await stopping.app.inject("/healthz")).statusCode).toBe(200);
    const answer = await stopping.app.inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: "not ready", checks: { process: "is stopping" } },
    ]);
    await stopping.app.close();
  });

  it("does not wait for a check that never answers", async () => {
    const hanging = await appUnderTest(undefined, [
      { name: "store", check: () => new Promise(() => undefined) },
    ]);
    const answer = await hanging.app.inject("/readyz");
    expect(answer.json()).toMatchObject({ checks: { store: "no answer in 1000 ms" } });
    await hanging.app.close();
  });
});

describe("metrics", () => {
  it("time answers by method, route and status", async () => {
    await get("/v1/payments/7");
    await get("/v1/payments/8");
    await get("/v1/unheard-of");
    const answer = await get("/metrics");
    expect(answer.headers["content-type"]).toContain("text/plain");
    expect(answer.body).toContain(
      'http_request_duration_seconds_count{method="GET",route="/v1/payments/:id",status="200"} 2',
    );
    expect(answer.body).toContain('{method="GET",route="(none)",status="404"} 1');
  });
});

describe("log", () => {
  it("has one line per answer, without address, key or body", async () => {
    it_.lines.length = 0;
    const secretCode = "4XK2P-7M9QT";
    await get("/v1/wallets/holder-17");
    await get(`/v1/verify/${secretCode}`);
    await it_.app.inject({
      method: "POST",
      url: "/v1/payments",
      headers: { ...bearer, "idempotency-key": "k" },
      payload: { acceptor: "s", amount: 5, tenders: [{ code: secretCode }] },
    });
    await it_.app.inject({
      method: "POST",
      url: "/v1/payments",
      headers: { ...bearer, "idempotency-key": "k" },
      payload: { acceptor: "s", amount: 5, tenders: secretCode },
    });
    expect(it_.lines).toHaveLength(4);
    const text = it_.lines.join("");
    for (const secret of ["holder-17", secretCode, key]) expect(text).not.toContain(secret);
    expect(JSON.parse(it_.lines[2] ?? "")).toMatchObject({
      service: "test",
      msg: "answered",
      method: "POST",
      route: "/v1/payments",
      status: 200,
      participant: "store-1",
    });
  });

  it("drops secrets by name", () => {
    const lines: string[] = [];
    const log = createLogger({
      service: "s",
      level: "info",
      destination: { write: (line) => void lines.push(line) },
    });
    const secret = "hush";
    log.info(
      {
        authorization: secret,
        headers: { cookie: secret },
        a: { b: { tenders: [secret] } },
        body: secret,
      },
      "x",
    );
    log.info({ req: { headers: { authorization: secret } }, seed: secret, holder: secret }, "x");
    expect(lines.join("")).not.toContain(secret);
    expect(lines.join("").match(/\[redacted\]/g)).toHaveLength(7);
  });
});

describe("openapi", () => {
  it("describes the routes of services, their keys and headers, and not the operating ones", async () => {
    const api = (await get("/openapi.json")).json<{
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    }>();
    expect(api.openapi).toBe("3.1.0");
    expect(Object.keys(api.paths).toSorted()).toEqual([
      "/v1/payments",
      "/v1/payments/{id}",
      "/v1/wallets/{holder}",
    ]);
    expect(api.paths["/v1/payments"]?.["post"]).toMatchObject({
      security: [{ apiKey: [] }],
      parameters: [{ in: "header", name: "Idempotency-Key", required: true }],
      requestBody: {
        content: { "application/json": { schema: { required: ["acceptor", "amount"] } } },
      },
    });
    expect(api.paths["/v1/payments/{id}"]?.["get"]).toMatchObject({
      security: [{}, { apiKey: [] }],
    });
    expect(api.paths["/v1/wallets/{holder}"]?.["get"]).toMatchObject({ security: [] });
  });
});
