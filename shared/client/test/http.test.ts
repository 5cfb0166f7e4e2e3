import { beforeEach, describe, expect, it } from "vitest";
import { ProblemError, ScripClient, UnreachableError } from "../src/index.ts";
import type { ConnectionOptions } from "../src/index.ts";

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

type Reply = () => Response;

const problem = (code: string, status: number, more: object = {}, headers = {}): Reply => {
  const document = { code, status, title: code, detail: `${code}.`, retryable: false, ...more };
  const body = JSON.stringify({ outcomeKnown: true, errors: [], ...document });
  const type = { "content-type": "application/problem+json" };
  return () => new Response(body, { status, headers: { ...type, ...headers } });
};
const good =
  (body: unknown, headers = {}, status = 200): Reply =>
  () =>
    new Response(JSON.stringify(body), { status, headers });
const broken: Reply = () => {
  throw new TypeError("fetch failed");
};

let seen: Seen[];
let pauses: number[];
beforeEach(() => {
  seen = [];
  pauses = [];
});

/** A client of a server that gives these replies in order, and the last one for ever. */
function client(replies: readonly Reply[], more: Partial<ConnectionOptions> = {}): ScripClient {
  return new ScripClient({
    baseUrl: "http://scrip.test/",
    apiKey: "sk_test",
    pause: async (ms) => void pauses.push(ms),
    fetch: async (url, init) => {
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      const headers = init.headers as Record<string, string>;
      seen.push({ url, method: init.method ?? "", headers, body });
      const reply = replies[Math.min(seen.length, replies.length) - 1];
      if (reply === undefined) throw new RangeError("no reply left");
      return reply();
    },
    ...more,
  });
}

const sale = { acceptor: "store-330", amount: 5, tenders: [{ code: "X" }] } as const;
const failure = async (run: Promise<unknown>): Promise<unknown> =>
  await run.then(
    () => "it went well",
    (error: unknown) => error,
  );

describe("a request", () => {
  it("carries API key, idempotency key, body and the wish to wait", async () => {
    const answer = { finality: "COMMITTED" };
    const got = await client([good(answer)]).writeOff(sale, { key: "order 7", waitMs: 5_000 });
    expect(got).toEqual({ status: 200, body: answer, replayed: false });
    expect(seen).toEqual([
      {
        url: "http://scrip.test/v1/write-offs?waitFor=committed&timeoutMs=5000",
        method: "POST",
        headers: {
          authorization: "Bearer sk_test",
          "content-type": "application/json",
          "idempotency-key": "order 7",
        },
        body: sale,
      },
    ]);
  });

  it("says when the answer is an old one", async () => {
    const replay = good({}, { "idempotency-replayed": "true" });
    expect((await client([replay]).writeOff(sale, { key: "k" })).replayed).toBe(true);
  });

  it("of the public carries no key, and any holder fits in a path", async () => {
    const anyone = client([good({})]).as(undefined);
    await anyone.wallet("a/b?c #d", { limit: 2 });
    expect(seen[0]?.url).toBe("http://scrip.test/v1/wallets/a%2Fb%3Fc%20%23d?limit=2");
    expect(seen[0]?.headers).toEqual({});
  });
});

describe("a refusal", () => {
  it("is a typed error with what the server said, and is final", async () => {
    const reply = problem(
      "BALANCE_INSUFFICIENT",
      402,
      { available: 3 },
      { "idempotency-replayed": "true" },
    );
    const error = await failure(client([reply]).writeOff(sale, { key: "k" }));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      code: "BALANCE_INSUFFICIENT",
      status: 402,
      retryable: false,
      outcomeKnown: true,
      replayed: true,
      more: { available: 3 },
      message: "BALANCE_INSUFFICIENT: BALANCE_INSUFFICIENT.",
    });
    expect(seen).toHaveLength(1);
  });

  it("of another form is one too", async () => {
    const html: Reply = () => new Response("<h1>Bad Gateway</h1>", { status: 502 });
    const error = await failure(client([html]).ledgerStatus());
    expect(error).toMatchObject({ code: "ANSWER_UNREADABLE", status: 502, outcomeKnown: false });
  });
});

describe("another attempt", () => {
  const later = problem("STORE_UNAVAILABLE", 503, { retryable: true, outcomeKnown: false });

  it("is made with the same key after a retryable refusal or no answer", async () => {
    const got = await client([broken, later, good({})]).writeOff(sale, { key: "k" });
    expect(got.status).toBe(200);
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k", "k"]);
    expect(pauses).toEqual([100, 200]);
  });

  it("waits as long as the server asks, within bounds", async () => {
    const asked = (seconds: string) =>
      problem("BACKPRESSURE", 503, { retryable: true }, { "retry-after": seconds });
    await client([asked("2"), asked("900"), asked("soon"), good({})]).writeOff(sale, { key: "k" });
    expect(pauses).toEqual([2_000, 5_000, 400]);
  });

  it("is made a bounded number of times", async () => {
    const gone = await failure(client([broken]).writeOff(sale, { key: "k" }));
    expect(gone).toBeInstanceOf(UnreachableError);
    expect(seen).toHaveLength(8);
    seen = [];
    const refused = await failure(client([later], { attemptsMax: 3 }).ledgerStatus());
    expect(refused).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(seen).toHaveLength(3);
  });

  it("is not made for a POST without a key whose effect is unknown", async () => {
    const received = { count: 1, sha256: "00" };
    expect(await failure(client([broken]).confirmCodes("b", received))).toBeInstanceOf(
      UnreachableError,
    );
    expect(await failure(client([later]).confirmCodes("b", received))).toBeInstanceOf(ProblemError);
    expect(seen).toHaveLength(2);
    const harmless = problem("NOT_COMMITTED_YET", 409, { retryable: true });
    expect((await client([harmless, good({})]).confirmCodes("b", received)).status).toBe(200);
  });

  it("gives the first answer when the server had done it before the connection broke", async () => {
    const done = new Map<string, number>();
    const sell: Reply = () => {
      const key = seen.at(-1)?.headers["idempotency-key"] ?? "";
      const first = !done.has(key);
      done.set(key, (done.get(key) ?? 0) + (first ? 1 : 0));
      return first ? broken() : good({}, { "idempotency-replayed": "true" })();
    };
    expect((await client([sell]).writeOff(sale, { key: "k" })).replayed).toBe(true);
    expect(done).toEqual(new Map([["k", 1]]));
  });
});

describe("codes", () => {
  const stream = (...pieces: readonly string[]): Reply => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    return () => new Response(body);
  };
  const all = async (replies: readonly Reply[], offset = 0): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of client(replies).codes("batch_1", offset)) lines.push(line);
    return lines;
  };

  it("come line by line, however they are cut", async () => {
    expect(await all([stream("AAA", "AA\nBB", "B", "BB\n")], 7)).toEqual(["AAAAA", "BBBBB"]);
    expect(seen[0]?.url).toBe("http://scrip.test/v1/batches/batch_1/codes?offset=7");
    expect(await all([stream()])).toEqual([]);
  });

  it("that end inside a line, or never end one, are refused", async () => {
    await expect(all([stream("AAAAA\nBB")])).rejects.toThrow("ends inside a line");
    await expect(all([stream("A".repeat(300))])).rejects.toThrow("too long");
  });
});
