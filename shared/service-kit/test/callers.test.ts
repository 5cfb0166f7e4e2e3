import { type Caller, PortError, type Scope } from "@scrip/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  authenticate,
  callerOf,
  mayActFor,
  mayGrant,
  mayKnow,
  mayUseProgram,
  Problem,
  readIdempotencyKey,
  requireHoldersAct,
  requireParticipant,
  requireProgram,
  seesEverything,
} from "../src/index.ts";
import { acceptor, appUnderTest, bearer, MemoryCallers, type UnderTest } from "./app-under-test.ts";

let it_: UnderTest;
beforeAll(async () => {
  it_ = await appUnderTest();
});
afterAll(() => it_.app.close());

const body = { acceptor: "s", amount: 5 };
const pay = (headers: Record<string, string>) =>
  it_.app.inject({
    method: "POST",
    url: "/v1/payments",
    headers: { "idempotency-key": "k", ...headers },
    payload: body,
  });

describe("API keys", () => {
  it("names the caller of a right key", async () => {
    const answer = await pay(bearer);
    expect(answer.json()).toEqual({ key: "k", caller: "store-1" });
  });

  it("no key: 401 and how to send one", async () => {
    const answer = await pay({});
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="scrip"');
    expect(answer.json()).toMatchObject({ code: "AUTHENTICATION_REQUIRED" });
  });

  it.each([
    "Bearer sk_other",
    "Bearer",
    "Bearer ",
    "Basic abc",
    "sk_acceptor",
    `Bearer ${"x".repeat(300)}`,
  ])("%s: 401", async (authorization) => {
    const answer = await pay({ authorization });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="scrip"');
    expect(answer.json()).toMatchObject({ code: "AUTHENTICATION_FAILED" });
  });

  it("a role that is not admitted: 403", async () => {
    const answer = await pay({ authorization: "Bearer sk_regulator" });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: "PERMISSION_DENIED" });
  });

  it("is asked before the body is read", async () => {
    const answer = await it_.app.inject({
      method: "POST",
      url: "/v1/payments",
      headers: { "content-type": "text/plain" },
      payload: "x",
    });
    expect(answer.statusCode).toBe(401);
  });

  it("an optional key may be absent, but not wrong", async () => {
    const get = (headers: Record<string, string>) =>
      it_.app.inject({ url: "/v1/payments/7", headers });
    expect((await get({})).json()).toEqual({ caller: null });
    expect((await get(bearer)).json()).toEqual({ caller: "store-1" });
    expect((await get({ authorization: "Bearer sk_other" })).statusCode).toBe(401);
  });

  it("a public route does not look at keys", async () => {
    const before = it_.callers.asked;
    const answer = await it_.app.inject({
      url: "/healthz",
      headers: { authorization: "Bearer sk_other" },
    });
    expect(answer.statusCode).toBe(200);
    expect(it_.callers.asked).toBe(before);
  });

  it("a directory that cannot be asked is no authentication error", async () => {
    const broken = new MemoryCallers();
    broken.find = () => Promise.reject(new PortError("UNAVAILABLE", "gone"));
    await expect(authenticate("Bearer a", ["ACCEPTOR"], broken)).rejects.toThrow(PortError);
  });

  it("a route that does not say who may call it is not built", async () => {
    const careless = appUnderTest((app) => {
      // @ts-expect-error access is missing, which the compiler says too
      app.get("/careless", { config: {} }, () => "");
    });
    await expect(careless).rejects.toThrow("GET /careless does not say who may call it");
  });
});

describe("denied calls", () => {
  it("are counted by reason and route pattern, and no others are", async () => {
    const { app } = await appUnderTest();
    const call = (
      url: string,
      headers: Record<string, string> = {},
      method: "GET" | "POST" = "GET",
    ) => app.inject({ method, url, headers });
    await call("/v1/payments", {}, "POST");
    await call("/v1/payments", { authorization: "Bearer sk_regulator" }, "POST");
    for (const id of ["1", "2", "3"]) {
      await call(`/v1/payments/${id}`, { authorization: `Bearer sk_guess_${id}` });
    }
    await call("/v1/payments/4");
    await call("/v1/payments/5", bearer);
    await call("/v1/payments", bearer, "POST");
    await call("/v1/no-such-route", { authorization: "Bearer sk_guess" });
    await call("/v1/payments/1", {}, "POST");
    const text = (await call("/metrics")).body;
    const counted = text.split("\n").filter((line) => line.startsWith("scrip_calls_denied_total"));
    expect(counted.toSorted()).toEqual([
      'scrip_calls_denied_total{reason="AUTHENTICATION_FAILED",route="/v1/payments/:id"} 3',
      'scrip_calls_denied_total{reason="AUTHENTICATION_REQUIRED",route="/v1/payments"} 1',
      'scrip_calls_denied_total{reason="PERMISSION_DENIED",route="/v1/payments"} 1',
    ]);
    expect(text).not.toContain("sk_guess");
    await app.close();
  });

  it("are counted when a route finds the scope too small", async () => {
    const { app } = await appUnderTest((routes) =>
      routes.get("/v1/programs/:id", { config: { access: ["ACCEPTOR"] } }, (request) =>
        requireProgram(callerOf(request), "points"),
      ),
    );
    await app.inject({ url: "/v1/programs/points", headers: bearer });
    expect((await app.inject({ url: "/metrics" })).body).toContain(
      'scrip_calls_denied_total{reason="PERMISSION_DENIED",route="/v1/programs/:id"} 1',
    );
    await app.close();
  });

  it("are counted when what is out of scope is answered as not there, and not what is not there", async () => {
    const { app } = await appUnderTest((routes) =>
      routes.get<{ Params: { id: string } }>(
        "/v1/cards/:id",
        { config: { access: ["ACCEPTOR"] } },
        (request) => {
          const { id } = request.params;
          // Whoever filters a list leaves things out too, and answers all the same.
          if (id === "listed") return { seen: mayKnow(request, false) };
          if (id === "absent" || !mayKnow(request, id === "mine"))
            throw new Problem("CARD_NOT_FOUND");
          return { id };
        },
      ),
    );
    for (const id of ["absent", "mine", "listed", "theirs", "theirs"])
      await app.inject({ url: `/v1/cards/${id}`, headers: bearer });
    const { body } = await app.inject({ url: "/metrics" });
    expect(body.split("\n").filter((line) => line.startsWith("scrip_calls_denied_total"))).toEqual([
      'scrip_calls_denied_total{reason="OUT_OF_SCOPE",route="/v1/cards/:id"} 2',
    ]);
    await app.close();
  });
});

describe("scope", () => {
  const denied = expect.objectContaining({ code: "PERMISSION_DENIED", status: 403 }) as Problem;
  const everything = {
    ...acceptor,
    scope: { programs: "*", participants: "*", holdersAct: true },
  } as const;

  it("holds listed programs, or all", () => {
    expect(mayUseProgram(acceptor, "gold")).toBe(true);
    expect(mayUseProgram(acceptor, "points")).toBe(false);
    expect(mayUseProgram(everything, "points")).toBe(true);
    expect(() => requireProgram(acceptor, "points")).toThrow(denied);
    expect(() => requireProgram(acceptor, "gold")).not.toThrow();
  });

  it("holds the key's own participant, listed ones, or all", () => {
    expect(mayActFor({ ...acceptor, participantId: "north" }, "north")).toBe(true);
    expect(mayActFor(acceptor, "store-2")).toBe(false);
    expect(mayActFor(everything, "store-2")).toBe(true);
    expect(() => requireParticipant(acceptor, "store-2")).toThrow(denied);
    expect(() => requireParticipant(acceptor, "store-1")).not.toThrow();
  });

  it("acts for holders only when it says so", () => {
    expect(() => requireHoldersAct(acceptor)).toThrow(denied);
    expect(() => requireHoldersAct(everything)).not.toThrow();
  });

  it("is handed out to others as far as it goes", () => {
    const narrow: Caller = {
      participantId: "north",
      role: "OPERATOR",
      scope: { programs: ["gold"], participants: ["store-1"], holdersAct: false },
    };
    const asked = (participantId: string, scope: Partial<Scope>): Caller => ({
      participantId,
      role: "ACCEPTOR",
      scope: { programs: ["gold"], participants: [], holdersAct: false, ...scope },
    });
    const within = [
      asked("store-1", {}),
      asked("north", { participants: ["store-1", "north"] }),
      asked("store-1", { programs: [] }),
    ];
    const beyond = [
      asked("store-2", {}),
      asked("store-1", { programs: "*" }),
      asked("store-1", { programs: ["gold", "points"] }),
      asked("store-1", { participants: "*" }),
      asked("store-1", { participants: ["store-2"] }),
      asked("store-1", { holdersAct: true }),
    ];
    for (const caller of within) expect(mayGrant(narrow, caller)).toBe(true);
    for (const caller of beyond) expect(mayGrant(narrow, caller)).toBe(false);
    for (const caller of [...within, ...beyond]) expect(mayGrant(everything, caller)).toBe(true);
  });

  it("sees everything only when both lists are everything", () => {
    expect(seesEverything(everything)).toBe(true);
    expect(
      seesEverything({ ...everything, scope: { ...everything.scope, programs: ["gold"] } }),
    ).toBe(false);
  });
});

describe("Idempotency-Key", () => {
  it.each([
    ["k", "k"],
    ["~ !", "~ !"],
    ["x".repeat(255), "x".repeat(255)],
  ])("%j is a key", (sent, read) => {
    expect(readIdempotencyKey(["Host", "h", "IDEMPOTENCY-key", sent])).toBe(read);
  });

  it.each([[[]], [["Idempotency-Key", ""]], [["X-Other", "idempotency-key"]]])(
    "%j: missing",
    (raw) => {
      expect(() => readIdempotencyKey(raw)).toThrow(
        expect.objectContaining({ code: "IDEMPOTENCY_KEY_MISSING" }),
      );
    },
  );

  it.each([
    [["Idempotency-Key", "a", "idempotency-key", "a"]],
    [["Idempotency-Key", "x".repeat(256)]],
    [["Idempotency-Key", "é"]],
  ])("%j: not valid", (raw) => {
    const fault = { in: "header", field: "Idempotency-Key" };
    expect(() => readIdempotencyKey(raw)).toThrow(
      expect.objectContaining({
        code: "VALIDATION_FAILED",
        errors: [expect.objectContaining(fault)],
      }),
    );
  });

  it("is needed by routes that move value", async () => {
    const answer = await it_.app.inject({
      method: "POST",
      url: "/v1/payments",
      headers: bearer,
      payload: body,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "IDEMPOTENCY_KEY_MISSING" });
  });
});
