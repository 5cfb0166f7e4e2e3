import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Ed25519 } from "@scrip/signing";
import { codeAt, formatCode } from "@scrip/wire";
import type { Surroundings } from "../src/index.ts";
import { describe, expect, it } from "vitest";
import { stage } from "./stage.ts";

const batchId = `batch_${"ab".repeat(16)}`;
const count = 1_000;
const lineBytes = 30;
const { hash } = sha256Ed25519;
const seed = new Uint8Array(32).fill(7);
const codes = Array.from(
  { length: count },
  (_, nth) => `${formatCode(codeAt(hash, seed, nth))}\n`,
).join("");
const sha256 = createHash("sha256").update(codes).digest("hex");

interface Asked {
  readonly path: string;
  readonly offset: string | null;
  readonly key: string | null;
  readonly apiKey: string | null;
  readonly body: unknown;
}

type Reply = (asked: Asked, nth: number) => { status?: number; body: unknown } | ReadableStream;

/** A server that answers as it is told; every request is kept. */
function serverOf(reply: Reply, more: Partial<Surroundings> = {}) {
  const asked: Asked[] = [];
  const here = stage({
    fetch: async (url, { headers, body }) => {
      const { pathname: path, searchParams } = new URL(url);
      const given = new Headers(headers);
      const one = {
        path,
        offset: searchParams.get("offset"),
        key: given.get("idempotency-key"),
        apiKey: given.get("authorization"),
        body: body === undefined ? undefined : (JSON.parse(body) as unknown),
      };
      asked.push(one);
      const answer = reply(one, asked.length);
      if (answer instanceof ReadableStream) return new Response(answer);
      const { status = 200, body: said } = answer;
      return new Response(JSON.stringify(said), { status });
    },
    ...more,
  });
  return { ...here, asked, file: join(here.dir, "codes.txt") };
}

const batch = (more: object = {}) => ({
  batchId,
  programId: "gold",
  issuer: "acme",
  count,
  faceValue: 500,
  expiresAt: null,
  createdAt: "2026-01-01T00:00:00Z",
  status: "GENERATED",
  generated: count,
  steps: [],
  ...more,
});

/** The codes from an offset on, in pieces that end anywhere; broken off after so many bytes. */
const codesFrom = (offset: string | null, breakAfterBytes = Infinity): ReadableStream => {
  const text = codes.slice(Number(offset) * lineBytes);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= breakAfterBytes) return controller.error(new Error("broken off"));
      if (at >= text.length) return controller.close();
      const to = Math.min(at + 1_111, breakAfterBytes);
      controller.enqueue(Buffer.from(text.slice(at, to)));
      at = to;
    },
  });
};

describe("scrip batch codes", () => {
  it("brings all codes to a file that its owner alone may read, and confirms what is on the disk", async () => {
    const { scrip, out, file, asked } = serverOf(({ path, offset }) => {
      if (path.endsWith("/codes")) return codesFrom(offset);
      if (!path.endsWith("/confirm")) return { body: batch() };
      expect(readFileSync(file, "utf8")).toBe(codes);
      return { body: { batchId, codes: "WIPED" } };
    });
    expect(await scrip("batch", "codes", batchId, "--out", file, "--confirm")).toBe(0);
    expect(out).toEqual([
      `codes   ${count}`,
      `sha256  ${sha256}`,
      "confirmed: nobody can list them again",
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.part`)).toBe(false);
    expect(asked.at(-1)?.body).toEqual({ count, sha256 });
    // Run again, with the codes gone from the server, it confirms the same from the disk.
    const calls = asked.length;
    expect(await scrip("batch", "codes", batchId, "--out", file, "--confirm")).toBe(0);
    expect(asked.slice(calls).map(({ path }) => path.split("/").at(-1))).toEqual([
      batchId,
      "confirm",
    ]);
  });

  it("goes on from the last whole line, after the connection broke off or the command did", async () => {
    const bytes = [100, 0, 7_777, 29, 30, Infinity];
    let download = 0;
    const { scrip, out, err, file, asked } = serverOf(({ path, offset }) =>
      path.endsWith("/codes") ? codesFrom(offset, bytes[download++]) : { body: batch() },
    );
    writeFileSync(`${file}.part`, codes.slice(0, 1_515));
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(codes);
    expect(out[1]).toBe(`sha256  ${sha256}`);
    expect(err[0]).toBe("goes on after 50 codes that are there");
    const offsets = asked.flatMap(({ path, offset }) => (path.endsWith("/codes") ? [offset] : []));
    expect(offsets).toEqual(["50", "53", "53", "312", "312", "313"]);
  }, 20_000);

  it("takes what others may read of an earlier run away from them", async () => {
    const { scrip, file } = serverOf(({ path, offset }) =>
      path.endsWith("/codes") ? codesFrom(offset) : { body: batch() },
    );
    writeFileSync(`${file}.part`, codes.slice(0, 10 * lineBytes));
    chmodSync(`${file}.part`, 0o644);
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toBe(codes);
  });

  it("ends in order with Ctrl-C, and leaves whole lines", async () => {
    const interruption = new AbortController();
    const { scrip, err, file } = serverOf(
      ({ path, offset }) => {
        if (!path.endsWith("/codes")) return { body: batch() };
        interruption.abort();
        return codesFrom(offset);
      },
      { interruption: () => interruption.signal },
    );
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(130);
    expect(err).toEqual(["scrip: ended; running it again goes on from there"]);
    const { size } = statSync(`${file}.part`);
    expect([size > 0, size % lineBytes]).toEqual([true, 0]);
  });

  it("does not take what is no code for one, nor another file for its own", async () => {
    const { scrip, err, file } = serverOf(({ path }) =>
      path.endsWith("/codes") ? codesFrom("0") : { body: batch() },
    );
    writeFileSync(file, "something else");
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(1);
    expect(err.pop()).toBe(`scrip: ${file} is there already, and is not the codes of this batch`);
    const other = `${file}.other`;
    writeFileSync(`${other}.part`, "x".repeat(60));
    expect(await scrip("batch", "codes", batchId, "--out", other)).toBe(1);
    expect(err.pop()).toContain(`${other}.part: line 1 is no code`);
    expect(await scrip("batch", "codes", batchId, "--out", "/nowhere/codes.txt")).toBe(1);
    expect(err.pop()).toContain("cannot write /nowhere/codes.txt: there is no such file");
  });

  it("finishes no download of which a line was changed, and names the line", async () => {
    const { scrip, err, file } = serverOf(({ path, offset }) =>
      path.endsWith("/codes") ? codesFrom(offset) : { body: batch() },
    );
    const at = 4 * lineBytes + 3;
    const changed = `${codes.slice(0, at)}${codes[at] === "A" ? "B" : "A"}${codes.slice(at + 1)}`;
    for (const kept of [changed, changed.slice(0, 10 * lineBytes)]) {
      writeFileSync(`${file}.part`, kept);
      expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(1);
      expect(err.pop()).toContain(`${file}.part: line 5 is no code: it was changed; delete`);
      expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, true]);
    }
    writeFileSync(file, changed);
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(1);
    expect(err.pop()).toContain(`${file}: line 5 is no code`);
  });

  it("says what to do where the server finds that the codes are others", async () => {
    const code = "CODES_CONFIRM_MISMATCH";
    const problem = { status: 409, code, title: "no", detail: "no", retryable: false };
    const { scrip, err, file } = serverOf(({ path, offset }) => {
      if (path.endsWith("/codes")) return codesFrom(offset);
      return path.endsWith("/confirm") ? { status: 409, body: problem } : { body: batch() };
    });
    expect(await scrip("batch", "codes", batchId, "--out", file, "--confirm")).toBe(1);
    expect(err.at(-1)).toContain(`delete ${file} and download again`);
  });

  it("tells what the server says no to", async () => {
    const problem = {
      status: 410,
      code: "CODES_WIPED",
      title: "gone",
      detail: "gone",
      retryable: false,
    };
    const { scrip, err, file } = serverOf(({ path }) =>
      path.endsWith("/codes") ? { status: 410, body: problem } : { body: batch() },
    );
    expect(await scrip("batch", "codes", batchId, "--out", file)).toBe(1);
    expect(err.at(-1)).toContain("CODES_WIPED");
    expect(existsSync(`${file}.part`)).toBe(false);
  });
});

describe("scrip batch create, status, acquire, distribute, left-out", () => {
  it("orders under a key that it tells, and follows the batch until it is generated", async () => {
    const looks = [0, 400, count];
    const { scrip, out, err, asked } = serverOf(({ path, body }) => {
      if (path === "/v1/batches") {
        expect(body).toEqual({ programId: "gold", count, faceValue: 500, expiresAt: null });
        return { status: 202, body: { batch: batch(), eventId: "evt", finality: "ACCEPTED" } };
      }
      const generated = looks.shift() ?? count;
      return {
        body: batch({ generated, status: generated === count ? "GENERATED" : "GENERATING" }),
      };
    });
    const order = ["--program", "gold", "--count", String(count), "--face-value", "500"];
    expect(await scrip("batch", "create", ...order)).toBe(0);
    expect(out).toEqual([batchId]);
    expect(err[0]).toBe(`key of this order: ${asked[0]?.key}`);
    expect(err.at(-1)).toBe("generated   1,000");
    expect(asked[0]?.apiKey).toBe("Bearer sk_issuer");
    expect(await scrip("batch", "create", ...order, "--key", "mine", "--no-wait")).toBe(0);
    expect(asked.at(-1)).toMatchObject({ path: "/v1/batches", key: "mine" });
  });

  it("acquires and distributes under keys made from the batch, following what goes on", async () => {
    let looks = 0;
    const step = (more: object) => ({
      number: 3,
      act: "ACQUIRE",
      distributor: "north",
      begunAt: "2026-01-01T00:00:00Z",
      leftOutCount: 0,
      ...more,
    });
    const { scrip, out, err, asked } = serverOf(({ path }) => {
      if (path.endsWith("/distribute"))
        return { body: { cards: 1, leftOutCount: 999, leftOut: [] } };
      if (path.endsWith("/acquire"))
        return looks === 0
          ? { status: 202, body: { status: "RUNNING", cards: 0, leftOutCount: 0, step: 3 } }
          : { body: { cards: count, leftOutCount: 0, leftOut: [] } };
      looks += 1;
      const status = looks < 2 ? "RUNNING" : "DONE";
      return { body: batch({ steps: [step({ status, cards: looks * 500 })] }) };
    });
    expect(await scrip("batch", "acquire", batchId, "--distributor", "north")).toBe(0);
    expect(out).toEqual([`acquired  ${count}`, "left out  0"]);
    const keys = asked.flatMap(({ key }) => key ?? []);
    expect(new Set(keys)).toEqual(new Set([`scrip batch acquire ${batchId} north`]));
    expect(asked[0]).toMatchObject({
      apiKey: "Bearer sk_distributor",
      body: { distributor: "north" },
    });
    expect(await scrip("batch", "distribute", batchId)).toBe(1);
    expect(asked.at(-1)).toMatchObject({
      body: { cards: "ALL" },
      key: `scrip batch distribute ${batchId}`,
    });
    expect(err.at(-1)).toContain(`999 cards were left out: «scrip batch left-out ${batchId}`);
  });

  it("tells how far a batch and its steps are", async () => {
    const steps = [
      {
        number: 1,
        act: "ACQUIRE",
        distributor: "north",
        status: "DONE",
        cards: 990,
        leftOutCount: 10,
        begunAt: "",
      },
      {
        number: 2,
        act: "DISTRIBUTE",
        distributor: "north",
        status: "RUNNING",
        cards: 500,
        leftOutCount: 0,
        begunAt: "",
      },
    ];
    const { scrip, out } = serverOf(() => ({ body: batch({ steps }) }));
    expect(await scrip("batch", "status", batchId)).toBe(0);
    expect(out.slice(-3)).toEqual([
      "generated   1,000",
      "acquired    990 by north, 10 left out (step 1)",
      "distributed 500 by north, 0 left out (step 2, going on)",
    ]);
    expect(await scrip("batch", "status", batchId, "--json")).toBe(0);
    expect(JSON.parse(out.at(-1) ?? "")).toEqual(batch({ steps }));
  });

  it("lists the cards left out, page after page, as far as there are any", async () => {
    const card = (nth: number) => ({ cardId: `card_${nth}`, code: "CARD_SUSPENDED" });
    const pages = [
      { cards: [card(1), card(2)], nextCursor: "a" },
      { cards: [], nextCursor: "b" },
      { cards: [card(3)], nextCursor: "b" },
      { cards: [], nextCursor: "b" },
    ];
    const { scrip, out } = serverOf(() => ({ body: pages.shift() }));
    expect(await scrip("batch", "left-out", batchId, "--step", "acquire")).toBe(0);
    expect(out).toEqual([1, 2, 3].map((nth) => `card_${nth} CARD_SUSPENDED`));
  });

  it("is called wrongly with what is no number", async () => {
    const { scrip, err } = serverOf(() => ({ body: {} }));
    const order = ["--program", "gold", "--count", "many", "--face-value", "500"];
    expect(await scrip("batch", "create", ...order)).toBe(2);
    expect(err.join("\n")).toContain("A whole number.");
    expect(await scrip("batch", "codes", batchId)).toBe(2);
  });
});
