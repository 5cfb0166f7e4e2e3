import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

const id = (digit: string): string => `key_${digit.repeat(32)}`;
const keyOf = (digit: string, more: object = {}) => ({
  keyId: id(digit),
  participant: "store-7",
  role: "ACCEPTOR",
  scope: { programs: ["gold"], participants: [], flags: ["holders:act"] },
  status: "ACTIVE",
  createdAt: "2026-01-01T00:00:00Z",
  revokedAt: null,
  ...more,
});
const secret = "sk_new-secret";
const known = { unknownPrograms: [], unknownParticipants: [] };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A server that answers these in turn, and what it was asked. */
function serverOf(answers: readonly (object | "LOST")[], env: Record<string, string> = {}) {
  const calls: Call[] = [];
  const left = [...answers];
  const scene = stage({
    fetch: async (url, init) => {
      const { pathname, search } = new URL(url);
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      const headers = new Headers(init.headers);
      calls.push({ method: init.method ?? "GET", path: pathname + search, body, headers });
      const answer = left.shift();
      if (answer === undefined || answer === "LOST") throw new TypeError("terminated");
      const status = "status" in answer && typeof answer.status === "number" ? answer.status : 201;
      return new Response(JSON.stringify(answer), { status });
    },
    ...(Object.keys(env).length === 0 ? {} : { env }),
  });
  return { ...scene, calls };
}

const makeTill = ["keys", "make", "--participant", "store-7", "--role", "ACCEPTOR"];

describe("scrip keys make", () => {
  it("prints the secret alone on standard output, and the warning beside it", async () => {
    const { scrip, out, err, calls } = serverOf([
      { key: keyOf("a"), secret, secretShown: "NOW", ...known },
    ]);
    expect(await scrip(...makeTill, "--programs", "gold, points ", "--holders-act")).toBe(0);
    expect(out).toEqual([secret]);
    expect(err.join("\n")).toContain(id("a"));
    expect(err.at(-1)).toContain("only time the key is shown");
    expect(err.join()).not.toContain(secret);
    expect(calls).toMatchObject([
      {
        method: "POST",
        path: "/v1/keys",
        body: {
          participant: "store-7",
          role: "ACCEPTOR",
          scope: { programs: ["gold", "points"], participants: [], flags: ["holders:act"] },
        },
      },
    ]);
    expect(calls[0]?.headers.get("authorization")).toBe("Bearer sk_operator");
    expect(calls[0]?.headers.get("idempotency-key")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("asks for everything with stars, and prints JSON", async () => {
    const { scrip, out, calls } = serverOf([
      { key: keyOf("a"), secret, secretShown: "NOW", ...known },
    ]);
    expect(await scrip(...makeTill, "--programs", "*", "--participants", "*", "--json")).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({ key: keyOf("a"), secret, ...known });
    expect(calls[0]?.body).toMatchObject({
      scope: { programs: "*", participants: "*", flags: [] },
    });
  });

  it("warns of what is not there, and makes the key all the same", async () => {
    const slip = { unknownPrograms: ["glod"], unknownParticipants: ["store-7"] };
    const { scrip, out, err } = serverOf([
      { key: keyOf("a"), secret, secretShown: "NOW", ...slip },
    ]);
    expect(await scrip(...makeTill, "--programs", "glod")).toBe(0);
    expect(out).toEqual([secret]);
    expect(err).toContain(
      `Warning: there is no program glod, participant store-7 (yet). If that is a slip: «scrip keys revoke ${id("a")}», and make another.`,
    );
  });

  it("says which key to revoke when the answer with the secret was lost", async () => {
    const replay = { key: keyOf("a"), secret: null, secretShown: "EARLIER", ...known };
    const { scrip, out, err, calls } = serverOf(["LOST", replay]);
    expect(await scrip(...makeTill, "--programs", "*")).toBe(1);
    expect(out).toEqual([]);
    expect(err.at(-1)).toBe(
      `scrip: ${id("a")} was made, but the answer with its secret was lost: revoke it and make another`,
    );
    const sent = calls.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(sent).size).toBe(1);
  });

  it("is called with a participant, a role that there is, and programs", async () => {
    const { scrip, err, calls } = serverOf([]);
    expect(await scrip("keys", "make", "--role", "ACCEPTOR", "--programs", "*")).toBe(2);
    expect(await scrip(...makeTill)).toBe(2);
    expect(
      await scrip("keys", "make", "--participant", "a", "--role", "ADMIN", "--programs", "*"),
    ).toBe(2);
    expect(err.join("\n")).toContain("Allowed choices are ISSUER");
    expect(calls).toEqual([]);
  });

  it("takes its own key from SCRIP_API_KEY where that is set", async () => {
    const made = { key: keyOf("a"), secret, secretShown: "NOW", ...known };
    const { scrip, calls } = serverOf([made], { SCRIP_API_KEY: "sk_mine" });
    expect(await scrip(...makeTill, "--programs", "*")).toBe(0);
    expect(calls[0]?.headers.get("authorization")).toBe("Bearer sk_mine");
  });
});

describe("scrip keys list", () => {
  const pages = [
    {
      keys: [keyOf("a", { createdAt: null }), keyOf("b", { status: "REVOKED" })],
      nextCursor: "c1",
    },
    { keys: [keyOf("c")], nextCursor: null },
  ];

  it("prints a line for each, over all pages", async () => {
    const { scrip, out, calls } = serverOf(pages);
    expect(await scrip("keys", "list")).toBe(0);
    expect(out).toHaveLength(3);
    expect(out[0]).toBe(
      `${id("a")}  ACTIVE   ACCEPTOR     store-7  programs gold  participants none  holders:act  since the first start`,
    );
    expect(out[1]).toContain("REVOKED");
    expect(calls.map(({ path }) => path)).toEqual([
      "/v1/keys?limit=200",
      "/v1/keys?limit=200&cursor=c1",
    ]);
  });

  it("prints the same as one JSON document", async () => {
    const { scrip, out } = serverOf(pages);
    expect(await scrip("keys", "list", "--json")).toBe(0);
    expect(JSON.parse(out.join(""))).toEqual({ keys: pages.flatMap(({ keys }) => keys) });
  });
});

describe("scrip keys rotate and revoke", () => {
  it("rotate prints the new secret, and says that the old key works on", async () => {
    const { scrip, out, err, calls } = serverOf([
      { key: keyOf("b"), secret, secretShown: "NOW", ...known },
    ]);
    expect(await scrip("keys", "rotate", id("a"))).toBe(0);
    expect(out).toEqual([secret]);
    expect(err.at(-1)).toBe(`${id("a")} works too, until «scrip keys revoke ${id("a")}»`);
    expect(calls).toMatchObject([{ method: "POST", path: `/v1/keys/${id("a")}/rotate` }]);
  });

  it("revoke ends a key, and asks again when no answer came", async () => {
    const revoked = keyOf("a", { status: "REVOKED", revokedAt: "2026-01-02T00:00:00Z" });
    const { scrip, out, calls } = serverOf(["LOST", { key: revoked }]);
    expect(await scrip("keys", "revoke", id("a"))).toBe(0);
    expect(out).toEqual([`${id("a")} is revoked`]);
    expect(calls.map(({ method, path }) => [method, path])).toEqual([
      ["DELETE", `/v1/keys/${id("a")}`],
      ["DELETE", `/v1/keys/${id("a")}`],
    ]);
  });

  it("tells what the server refuses, by its code", async () => {
    const refusal = { status: 409, code: "KEY_LAST_OPERATOR", detail: "No.", retryable: false };
    const { scrip, err } = serverOf([refusal]);
    expect(await scrip("keys", "revoke", id("a"))).toBe(1);
    expect(err).toEqual(["scrip: the server says KEY_LAST_OPERATOR: No."]);
  });

  it("has a help text that tells of secrets, rotation and revocation", async () => {
    const { scrip, out } = serverOf([]);
    expect(await scrip("keys", "--help")).toBe(0);
    const help = out.join("\n");
    for (const word of ["rotate", "revoke", "shown once", "SCRIP_API_KEY", "holders-act"]) {
      expect(help).toContain(word);
    }
  });
});
