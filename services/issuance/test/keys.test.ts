import type { Scope } from "@scrip/ports";
import { failing, failOnce } from "@scrip/testing";
import type { KeyMadeAnswer, KeysAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given, type Given } from "./support/given.ts";
import { opened } from "./support/stock.ts";

const till = {
  participant: "store-7",
  role: "ACCEPTOR",
  scope: { programs: ["silver", "gold"], participants: [], flags: ["holders:act"] },
};
const everything = { programs: "*", participants: "*", flags: ["holders:act"] };

/** A scrip with one operator. */
async function withOperator(wishes?: Parameters<typeof given>[0], scope: Partial<Scope> = {}) {
  const scrip = await given(wishes);
  const operator = await scrip.keyOf("OPERATOR", scope);
  const make = async (body: unknown = till, idempotencyKey?: string, key = operator) => {
    const call = idempotencyKey === undefined ? { key, body } : { key, body, idempotencyKey };
    const answer = await scrip.post("/v1/keys", call);
    return { answer, status: answer.statusCode, body: answer.json<KeyMadeAnswer>() };
  };
  const rotate = async (keyId: string, idempotencyKey?: string) =>
    await scrip.post(`/v1/keys/${keyId}/rotate`, {
      key: operator,
      body: {},
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  const revoke = async (keyId: string, key = operator) =>
    await scrip.parts.app.inject({
      method: "DELETE",
      url: `/v1/keys/${keyId}`,
      headers: { authorization: `Bearer ${key}` },
    });
  const list = async (query = "", key = operator) =>
    (await scrip.get(`/v1/keys${query}`, key)).json<KeysAnswer>();
  return { scrip, operator, make, rotate, revoke, list };
}

/** Whether a key is let in anywhere: 403 is said to a known one, 401 to others. */
const works = async (scrip: Given, secret: string | null) =>
  (await scrip.get("/v1/keys", secret ?? "none")).statusCode !== 401;

describe("POST /v1/keys", () => {
  it("shows the secret once, and keeps none of it: not in a file, not in the log", async () => {
    const { scrip, make, list } = await withOperator();
    const { answer, status, body } = await make();
    expect(status).toBe(201);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(body).toMatchObject({
      key: {
        keyId: expect.stringMatching(/^key_[0-9a-f]{32}$/),
        participant: "store-7",
        role: "ACCEPTOR",
        scope: { programs: ["gold", "silver"], participants: [], flags: ["holders:act"] },
        status: "ACTIVE",
        revokedAt: null,
      },
      secretShown: "NOW",
    });
    const secret = body.secret ?? "";
    expect(secret).toMatch(/^sk_[A-Za-z0-9_-]{43}$/);
    expect(await works(scrip, secret)).toBe(true);
    expect(JSON.stringify(await list())).not.toContain(secret);
    expect(scrip.parts.lines.join()).not.toContain(secret);
    const line = scrip.parts.lines.find((one) => one.includes("an API key was made"));
    expect(line).toContain(body.key.keyId);
    expect(JSON.parse(line ?? "{}")).toMatchObject({ level: 40, by: "operator" });
  });

  it("tells of programs and participants that are not there, and makes the key all the same", async () => {
    const { scrip, make } = await withOperator({ registers: false });
    const operator = await scrip.keyOf("OPERATOR");
    const register = { key: operator, body: { participantId: "acme" } };
    expect((await scrip.post("/v1/participants", register)).statusCode).toBe(201);
    await opened(scrip);
    const scope = { ...till.scope, programs: ["gold", "glod"], participants: ["acme", "store-8"] };
    expect((await make({ ...till, scope })).body).toMatchObject({
      secretShown: "NOW",
      unknownPrograms: ["glod"],
      unknownParticipants: ["store-7", "store-8"],
    });
    const all = { unknownPrograms: [], unknownParticipants: [] };
    const regulator = { participant: "crown", role: "REGULATOR", scope: everything };
    expect((await make(regulator)).body).toMatchObject(all);
  });

  it("names nobody unknown where first use registers", async () => {
    const { make } = await withOperator();
    expect((await make()).body).toMatchObject({
      unknownPrograms: ["gold", "silver"],
      unknownParticipants: [],
    });
  });

  it("answers a replay with the same key, without its secret, and says so", async () => {
    const { scrip, make } = await withOperator();
    const first = await make(till, "a till");
    const again = await make(till, "a till");
    expect(again.status).toBe(201);
    expect(again.answer.headers["idempotency-replayed"]).toBe("true");
    expect(again.body).toEqual({ ...first.body, secret: null, secretShown: "EARLIER" });
    const sorted = { ...till, scope: { ...till.scope, programs: ["gold", "silver"] } };
    expect((await make(sorted, "a till")).body.secretShown).toBe("EARLIER");
    const other = await make({ ...till, role: "REGULATOR" }, "a till");
    expect(other.answer.json()).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    expect(scrip.parts.lines.filter((one) => one.includes("an API key was made"))).toHaveLength(1);
  });

  it.each(["BEFORE", "AFTER"] as const)(
    "failing %s the key is there: 503, and the same request tells which",
    async (fault) => {
      const wrapCallers = (callers: Parameters<typeof failing>[0]) =>
        failing(callers, failOnce("make", fault)) as never;
      const { make, list } = await withOperator({ wrapCallers });
      const lost = await make(till, "a till");
      expect(lost.answer.json()).toMatchObject({
        code: "STORE_UNAVAILABLE",
        outcomeKnown: false,
        retryable: true,
      });
      const again = await make(till, "a till");
      expect(again.body.secretShown).toBe(fault === "AFTER" ? "EARLIER" : "NOW");
      expect((await list()).keys.filter(({ role }) => role === "ACCEPTOR")).toHaveLength(1);
    },
  );

  it("has one key when the same request comes many times at once, its secret shown once", async () => {
    const { make } = await withOperator();
    const all = await Promise.all(Array.from({ length: 6 }, () => make(till, "a till")));
    expect(all.filter(({ body }) => body.secretShown === "NOW")).toHaveLength(1);
    expect(new Set(all.map(({ body }) => body.key.keyId)).size).toBe(1);
  });

  it("refuses a third active key of one participant, role and scope", async () => {
    const { make, revoke } = await withOperator();
    const first = await make();
    await make();
    const third = (await make()).answer.json<{ code: string; status: number }>();
    expect(third).toMatchObject({ status: 409, code: "KEY_LIMIT_REACHED" });
    await revoke(first.body.key.keyId);
    expect((await make()).status).toBe(201);
  });

  it.each<[string, unknown, string]>([
    ["no participant", { ...till, participant: undefined }, "/participant"],
    ["a participant of another form", { ...till, participant: "Store 7" }, "/participant"],
    ["no role", { ...till, role: undefined }, "/role"],
    ["a role that there is not", { ...till, role: "ADMIN" }, "/role"],
    ["no scope", { ...till, scope: undefined }, "/scope"],
    ["no programs", { ...till, scope: { participants: "*" } }, "/scope/programs"],
    ["no participants", { ...till, scope: { programs: "*" } }, "/scope/participants"],
    [
      "an empty list of programs",
      { ...till, scope: { programs: [], participants: "*" } },
      "/scope/programs",
    ],
    [
      "a star among names",
      { ...till, scope: { ...till.scope, programs: ["*"] } },
      "/scope/programs/0",
    ],
    [
      "a name twice",
      { ...till, scope: { ...till.scope, participants: ["a", "a"] } },
      "/scope/participants",
    ],
    [
      "an unknown flag",
      { ...till, scope: { ...till.scope, flags: ["keys:make"] } },
      "/scope/flags/0",
    ],
    [
      "257 programs",
      {
        ...till,
        scope: { ...till.scope, programs: Array.from({ length: 257 }, (_, at) => `p${at}`) },
      },
      "/scope/programs",
    ],
    ["a secret of one's own", { ...till, secret: "sk_mine" }, "/secret"],
  ])("refuses %s", async (_, body, field) => {
    const { make, list } = await withOperator();
    const { answer, status } = await make(body);
    expect(status).toBe(400);
    const { errors } = answer.json<{ errors: { field: string }[] }>();
    expect(errors.map((one) => one.field)).toContain(field);
    expect((await list()).keys).toHaveLength(1);
  });

  it("needs an Idempotency-Key", async () => {
    const { scrip, operator } = await withOperator();
    const call = { key: operator, body: till, idempotencyKey: null };
    for (const url of ["/v1/keys", "/v1/keys/key_1/rotate"]) {
      expect((await scrip.post(url, call)).json()).toMatchObject({
        status: 400,
        code: "IDEMPOTENCY_KEY_MISSING",
      });
    }
  });

  it("hands out no more than the operator has", async () => {
    const narrow = { programs: ["gold"], participants: ["store-7"], holdersAct: false };
    const { make } = await withOperator({}, narrow);
    const scope = { programs: ["gold"], participants: ["store-7"] };
    expect((await make({ ...till, scope })).status).toBe(201);
    const tooMuch = [
      { ...till, scope: { ...scope, programs: "*" } },
      { ...till, scope: { ...scope, programs: ["gold", "silver"] } },
      { ...till, scope: { ...scope, participants: "*" } },
      { ...till, scope: { ...scope, participants: ["store-8"] } },
      { ...till, scope: { ...scope, flags: ["holders:act"] } },
      { ...till, scope, participant: "store-8" },
      { participant: "operator", role: "OPERATOR", scope: everything },
    ];
    for (const body of tooMuch) {
      expect((await make(body)).answer.json()).toMatchObject({
        status: 403,
        code: "PERMISSION_DENIED",
      });
    }
  });
});

describe("rotating and revoking", () => {
  it("has two active keys of one caller, then the new one alone", async () => {
    const { scrip, make, rotate, revoke, list } = await withOperator();
    const old = (await make()).body;
    const rotated = await rotate(old.key.keyId, "rotate");
    const next = rotated.json<KeyMadeAnswer>();
    expect(rotated.statusCode).toBe(201);
    expect(next.key).toMatchObject({ ...old.key, keyId: next.key.keyId });
    expect([await works(scrip, old.secret), await works(scrip, next.secret)]).toEqual([true, true]);
    expect((await rotate(old.key.keyId)).json()).toMatchObject({ code: "KEY_LIMIT_REACHED" });
    expect((await rotate(old.key.keyId, "rotate")).json()).toMatchObject({
      key: next.key,
      secret: null,
      secretShown: "EARLIER",
    });

    const gone = await revoke(old.key.keyId);
    expect(gone.json()).toMatchObject({
      key: { keyId: old.key.keyId, status: "REVOKED", revokedAt: expect.any(String) },
    });
    expect([await works(scrip, old.secret), await works(scrip, next.secret)]).toEqual([
      false,
      true,
    ]);
    expect((await rotate(old.key.keyId)).json()).toMatchObject({
      status: 409,
      code: "KEY_REVOKED",
    });
    expect((await revoke(old.key.keyId)).json()).toEqual(gone.json());
    expect((await list()).keys.map(({ status }) => status)).toEqual([
      "ACTIVE",
      "REVOKED",
      "ACTIVE",
    ]);
    const audited = scrip.parts.lines.filter((one) => /an API key was (rotated|revoked)/.test(one));
    expect(audited).toHaveLength(2);
  });

  it("stops a key at once, in the middle of its calls", async () => {
    const { scrip, make, revoke } = await withOperator();
    const { key, secret } = (await make({ ...till, role: "OPERATOR", scope: everything })).body;
    const call = async () => (await scrip.get("/v1/keys", secret ?? "")).statusCode;
    expect([await call(), await call()]).toEqual([200, 200]);
    await revoke(key.keyId);
    expect([await call(), await call()]).toEqual([401, 401]);
  });

  it("takes nothing but nothing for a rotation", async () => {
    const { scrip, operator, make } = await withOperator();
    const { keyId } = (await make()).body.key;
    const url = `/v1/keys/${keyId}/rotate`;
    const refused = await scrip.post(url, { key: operator, body: { role: "OPERATOR" } });
    expect(refused.json()).toMatchObject({ status: 400, errors: [{ field: "/role" }] });
    const bare = await scrip.parts.app.inject({
      method: "POST",
      url,
      headers: { authorization: `Bearer ${operator}`, "idempotency-key": "bare" },
    });
    expect(bare.statusCode).toBe(201);
  });

  it("keeps the last operator", async () => {
    const { scrip, operator, make, revoke, list } = await withOperator();
    const keyId = (await list()).keys[0]?.keyId ?? "";
    expect((await revoke(keyId)).json()).toMatchObject({ status: 409, code: "KEY_LAST_OPERATOR" });
    expect(await works(scrip, operator)).toBe(true);
    const next = (await make({ participant: "op-2", role: "OPERATOR", scope: everything })).body;
    expect((await revoke(keyId)).statusCode).toBe(200);
    expect(await works(scrip, operator)).toBe(false);
    const last = await revoke(next.key.keyId, next.secret ?? "");
    expect(last.json()).toMatchObject({ code: "KEY_LAST_OPERATOR" });
  });

  it("knows no keys of other forms, nor such that may do more than the caller", async () => {
    const { scrip, make, rotate, revoke, list } = await withOperator();
    const { keyId } = (await make({ ...till, scope: everything })).body.key;
    const narrow = await scrip.keyOf("OPERATOR", { programs: ["gold"], holdersAct: false });
    const answers = [
      await revoke(keyId, narrow),
      await revoke("key_1"),
      await revoke(`key_${"0".repeat(32)}`),
      await rotate(`key_${"0".repeat(32)}`),
      await rotate("sk_secret"),
    ];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ status: 404, code: "KEY_NOT_FOUND" });
    }
    expect((await list("", narrow)).keys.map(({ role }) => role)).toEqual(["OPERATOR"]);
  });
});

describe("GET /v1/keys", () => {
  it("lists keys in the order in which they came, page by page", async () => {
    const { make, list } = await withOperator();
    for (let at = 0; at < 5; at += 1) await make({ ...till, participant: `store-${at}` });
    const all = await list();
    expect(all.keys.map(({ participant }) => participant)).toEqual([
      "operator",
      ...Array.from({ length: 5 }, (_, at) => `store-${at}`),
    ]);
    const first = await list("?limit=4");
    await make({ ...till, participant: "late" });
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.keys, ...second.keys]).toEqual(all.keys);
    const third = await list(`?cursor=${second.nextCursor}`);
    expect(third.keys.map(({ participant }) => participant)).toEqual(["late"]);
    expect(third.nextCursor).toBeNull();
  });

  it("refuses cursors that it did not make, and limits out of bounds", async () => {
    const { list } = await withOperator();
    for (const cursor of ["x", "00", "8264 6b657973", "82646b65797300", "82646b6579736161"]) {
      expect(await list(`?cursor=${encodeURIComponent(cursor)}`)).toMatchObject({
        status: 400,
        code: "CURSOR_INVALID",
      });
    }
    for (const limit of ["0", "201", "x"]) {
      expect(await list(`?limit=${limit}`)).toMatchObject({ code: "VALIDATION_FAILED" });
    }
  });

  it("is, like the other key routes, for operators alone", async () => {
    const { scrip, revoke } = await withOperator();
    for (const role of ["ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGULATOR"] as const) {
      const key = await scrip.keyOf(role);
      const denied = { status: 403, code: "PERMISSION_DENIED" };
      expect((await scrip.get("/v1/keys", key)).json()).toMatchObject(denied);
      expect((await revoke("key_1", key)).json()).toMatchObject(denied);
      for (const url of ["/v1/keys", "/v1/keys/key_1/rotate"]) {
        expect((await scrip.post(url, { key, body: till })).json()).toMatchObject(denied);
      }
    }
    expect((await scrip.get("/v1/keys")).statusCode).toBe(401);
  });
});
