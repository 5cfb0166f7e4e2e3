import { PortError } from "@scrip/ports";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  isProblemCode,
  kindOf,
  Problem,
  problemErrorsMax,
  problemKinds,
  type ProblemCode,
} from "../src/index.ts";
import { appUnderTest, type UnderTest } from "./app-under-test.ts";

const secret = "a detail for the log alone";
const thrown: Record<string, unknown> = {
  problem: new Problem("BALANCE_INSUFFICIENT", {
    detail: "Only 7 left.",
    more: { available: 7, status: 200 },
  }),
  wait: new Problem("NOT_COMMITTED_YET", { retryAfterS: 3 }),
  unavailable: new PortError("UNAVAILABLE", secret, { outcomeKnown: false }),
  conflict: new PortError("VERSION_CONFLICT", secret),
  corrupt: new PortError("CORRUPT", secret),
  error: new Error(secret),
  text: secret,
  teapot: Object.assign(new Error(secret), { statusCode: 418 }),
};

let it_: UnderTest;
beforeAll(async () => {
  it_ = await appUnderTest((app) => {
    app.get<{ Params: { what: string } }>(
      "/throw/:what",
      { config: { access: "PUBLIC" } },
      ({ params }) => {
        throw thrown[params.what];
      },
    );
  });
});
afterAll(() => it_.app.close());

const ask = (what: string) => it_.app.inject({ url: `/throw/${what}` });

describe("problems", () => {
  it("are RFC 9457 documents; further members cannot hide the standard ones", async () => {
    const answer = await ask("problem");
    expect(answer.statusCode).toBe(402);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json()).toEqual({
      type: "urn:scrip:problem:BALANCE_INSUFFICIENT",
      title: "The balance is not sufficient",
      status: 402,
      detail: "Only 7 left.",
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) as string,
      code: "BALANCE_INSUFFICIENT",
      retryable: false,
      outcomeKnown: true,
      errors: [],
      available: 7,
    });
  });

  it("say when to come back", async () => {
    expect((await ask("wait")).headers["retry-after"]).toBe("3");
    expect((await ask("unavailable")).headers["retry-after"]).toBe("1");
    expect((await ask("problem")).headers["retry-after"]).toBeUndefined();
  });

  it.each([
    ["unavailable", 503, "STORE_UNAVAILABLE", true, false],
    ["conflict", 409, "VERSION_CONFLICT", true, true],
    ["corrupt", 500, "INTERNAL", false, true],
    ["error", 500, "INTERNAL", false, true],
    ["text", 500, "INTERNAL", false, true],
    ["teapot", 400, "VALIDATION_FAILED", false, true],
  ])(
    "%s: %i %s, telling nothing of its inside",
    async (what, status, code, retryable, outcomeKnown) => {
      const answer = await ask(what);
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({ code, retryable, outcomeKnown });
      expect(answer.body).not.toContain(secret);
    },
  );

  it("that are our own fault are logged with their cause and the answer's instance", async () => {
    it_.lines.length = 0;
    const answer = await ask("error");
    const line = it_.lines
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(({ level }) => level === 50);
    expect(line).toMatchObject({
      msg: "request failed",
      code: "INTERNAL",
      err: { message: secret },
    });
    expect(answer.json()).toMatchObject({ instance: `urn:uuid:${String(line?.["requestId"])}` });
  });

  it("list a bounded number of faults", () => {
    const error = { in: "body", field: "/a", detail: "is wrong" } as const;
    const problem = new Problem("VALIDATION_FAILED", {
      errors: Array.from({ length: 500 }, () => error),
    });
    expect(problem.errors).toHaveLength(problemErrorsMax);
  });

  it("answer bytes that are not HTTP", async () => {
    const { app } = await appUnderTest();
    const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("no http\r\n\r\n"));
      socket.setEncoding("utf8").on("data", (part: string) => (text += part));
      socket.on("end", () => resolve(text)).on("error", reject);
    });
    await app.close();
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain("content-type: application/problem+json");
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      code: "VALIDATION_FAILED",
    });
  });
});

describe("the table of problems", () => {
  it("has one status per code, between 400 and 599, with Retry-After exactly where trying again helps", () => {
    for (const code of Object.keys(problemKinds) as ProblemCode[]) {
      const { status, retryable, retryAfterS } = kindOf(code);
      expect(status, code).toBeGreaterThanOrEqual(400);
      expect(status, code).toBeLessThan(600);
      expect(retryAfterS !== undefined, code).toBe(retryable);
    }
  });

  it("tells its codes from other words", () => {
    expect(isProblemCode("CARD_EXPIRED")).toBe(true);
    expect(isProblemCode("toString")).toBe(false);
  });
});
