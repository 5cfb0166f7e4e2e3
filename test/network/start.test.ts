import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, expectStatus } from "../stage/http.ts";
import { startInVain, startScrip, type RunningScrip } from "../stage/running-scrip.ts";
import { stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";

const directory = temporaryDirectory("start");
const dataDir = join(directory.path, "new", "data");
const otherDir = join(directory.path, "other");
const cli = join(import.meta.dirname, "..", "..", "services", "cli", "bin", "scrip.mjs");
const steps = [
  "generating",
  "acquiring",
  "distributing",
  "verifying",
  "binding",
  "writing off",
  "querying",
];
let scrip: RunningScrip;

beforeAll(async () => {
  scrip = await startScrip(dataDir);
});
afterAll(async () => {
  await scrip.kill();
  directory.remove();
});

/** One line of reason on standard error, nothing else, exit code 1. */
function expectOneLine(
  { code, out, err }: Awaited<ReturnType<typeof startInVain>>,
  reason: RegExp,
): void {
  expect(out).toBe("");
  expect(err).toMatch(/^scrip: [^\n]+\n$/);
  expect(err).toMatch(reason);
  expect(code).toBe(1);
}

describe("a first start", () => {
  it("prints where it listens and walks one card through seven steps", () => {
    const { lines, url } = scrip;
    expect(lines[0]).toBe(`ready ${url}`);
    const walked = lines.flatMap((line) => /^([1-7]) ([a-z ]+):/.exec(line)?.slice(1, 3) ?? []);
    expect(walked).toEqual(steps.flatMap((name, index) => [String(index + 1), name]));
    expect(lines.filter((line) => line.includes("→")).length).toBeGreaterThanOrEqual(7);
    expect(lines.join("\n")).toMatch(/rehearsal of a quorum, not Byzantine fault tolerance/);
    for (const line of lines) expect(line.length).toBeLessThan(400);
  });

  it("leaves keys for their owner alone, the policy and the write-off's proof", () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, "keys.json")).mode & 0o777).toBe(0o600);
    expect(Object.keys(scrip.keys).sort()).toEqual([
      "acceptor",
      "distributor",
      "issuer",
      "operator",
      "regulator",
    ]);
    expect(new Set(Object.values(scrip.keys)).size).toBe(5);
    for (const key of Object.values(scrip.keys)) expect(key).toMatch(/^sk_[\w-]{40,}$/);
    expect(readFileSync(join(dataDir, "policy.txt"), "utf8")).toMatch(/^group validators 3 /m);
    expect(readFileSync(join(dataDir, "walk", "proof.txt"), "utf8")).toMatch(/^c2sp\.org\/tlog-/);
  });

  it("serves the policy that it has written", async () => {
    const { text } = await expectStatus(`${scrip.url}/v1/ledger/policy`, {}, 200);
    expect(text).toBe(readFileSync(join(dataDir, "policy.txt"), "utf8"));
  });

  it("is alive, ready and measured", async () => {
    expect((await ask(`${scrip.url}/healthz`)).json).toEqual({ status: "ok" });
    const { json } = await expectStatus(`${scrip.url}/readyz`, {}, 200);
    expect(json.status).toBe("ready");
    const { text } = await expectStatus(`${scrip.url}/metrics`, {}, 200);
    for (const name of [
      "scrip_ledger_height",
      "scrip_ledger_law_gauge",
      "scrip_committed_lag_seconds",
      "scrip_outbox_depth_events",
      "http_request_duration_seconds",
    ]) {
      expect(text).toMatch(new RegExp(`^${name}`, "m"));
    }
    expect(text).toMatch(/^scrip_ledger_law_gauge 0$/m);
  });
});

describe("scrip verify", () => {
  const proof = join(dataDir, "walk", "proof.txt");
  const policy = join(dataDir, "policy.txt");
  async function verify(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [cli, ...args]);
      return { code: 0, out: stdout, err: stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, out: stdout, err: stderr };
    }
  }
  const changed = (name: string, text: string): string => {
    const file = join(directory.path, name);
    writeFileSync(file, text);
    return file;
  };

  it("says in words what the walk's proof proves, and exits 0", async () => {
    const { code, out, err } = await verify("verify", proof, "--policy", policy);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/CardWrittenOff/);
    expect(out).toMatch(/2599/);
    expect(out).toMatch(/cosigned by v0, v1, v2/);
  });

  it("names the step that failed, and exits 1", async () => {
    const text = readFileSync(proof, "utf8");
    const line = text.split("\n").findIndex((one) => one.startsWith("extra "));
    expect(line).toBeGreaterThan(0);
    const flip = (all: string, at: number) =>
      all.slice(0, at) + (all[at] === "A" ? "B" : "A") + all.slice(at + 1);
    const inEntry = changed("entry.txt", flip(text, text.indexOf("extra ") + 40));
    const entry = await verify("verify", inEntry, "--policy", policy);
    expect([entry.code, entry.out]).toEqual([1, ""]);
    expect(entry.err).toMatch(/^PROOF_INVALID|PROOF_INVALID/);
    const lost = text.split("\n").filter((one) => !/^— \S+\/v[012] /.test(one));
    const few = await verify("verify", changed("few.txt", lost.join("\n")), "--policy", policy);
    expect([few.code, few.out]).toEqual([1, ""]);
    expect(few.err).toMatch(/QUORUM_NOT_MET/);
    const missing = await verify("verify", join(directory.path, "no.txt"), "--policy", policy);
    expect(missing.code).not.toBe(0);
    expect(missing.err.trim().split("\n")).toHaveLength(1);
  });
});

describe("a directory that cannot be served", () => {
  it("is one that another process has", async () => {
    expectOneLine(await startInVain(dataDir), /has it open|in use/);
    expect((await ask(`${scrip.url}/healthz`)).status).toBe(200);
  });

  it("is one that is not writable", async () => {
    const file = join(directory.path, "a-file");
    writeFileSync(file, "");
    expectOneLine(await startInVain(file), /cannot use data directory/);
    expectOneLine(await startInVain(join(file, "below")), /cannot use data directory/);
  });

  it("is one whose folders cannot be made", async () => {
    const spoiled = join(directory.path, "spoiled");
    mkdirSync(spoiled);
    writeFileSync(join(spoiled, "cards"), "");
    expectOneLine(await startInVain(spoiled), /cards/);
  });

  it("is one of another format, or of none", async () => {
    const settings = readFileSync(join(dataDir, "scrip.json"), "utf8");
    const place = (name: string, text: string): string => {
      const path = join(directory.path, name);
      mkdirSync(path);
      writeFileSync(join(path, "scrip.json"), text);
      return path;
    };
    const later = place("later", settings.replace('"format": 1', '"format": 2'));
    expectOneLine(await startInVain(later), /format 2/);
    expectOneLine(await startInVain(place("half", settings.slice(0, 20))), /scrip\.json|JSON/);
    expectOneLine(await startInVain(place("empty", "")), /scrip\.json|JSON/);
  });
});

describe("a second start", () => {
  it("finds its data, walks no more and only serves", async () => {
    const codes = await stockCards(scrip, { programId: "again", count: 2, faceValue: 700 });
    const keys = readFileSync(join(dataDir, "keys.json"), "utf8");
    const proof = readFileSync(join(dataDir, "walk", "proof.txt"), "utf8");
    expect(await scrip.stop()).toBe(0);
    scrip = await startScrip(dataDir);
    expect(scrip.lines.filter((line) => line.includes("→"))).toEqual([]);
    expect(readFileSync(join(dataDir, "keys.json"), "utf8")).toBe(keys);
    expect(readFileSync(join(dataDir, "walk", "proof.txt"), "utf8")).toBe(proof);
    const body = { code: codes.codes[0], amount: 700 };
    const { json } = await expectStatus(`${scrip.url}/v1/verify`, { body }, 200);
    expect(json).toMatchObject({ confirmed: true, covered: true });
  });

  it("does not take the parts of another chain's directory", async () => {
    expect(await scrip.stop()).toBe(0);
    const other = await startScrip(otherDir);
    expect(await other.stop()).toBe(0);
    for (const part of ["cards", "holders", "batches", "callers", "follower", "ledger"]) {
      const mixed = join(directory.path, `mixed-${part}`);
      cpSync(dataDir, mixed, { recursive: true });
      cpSync(join(otherDir, part), join(mixed, part), { recursive: true, force: true });
      expectOneLine(await startInVain(mixed), new RegExp(`${part}|chain`));
    }
    scrip = await startScrip(dataDir);
  });
});

describe("Ctrl-C", () => {
  it.each([1, 2, 3])(
    "drains under load: what was acknowledged is there afterwards (%i)",
    async (round) => {
      const { codes } = await stockCards(scrip, {
        programId: `drain-${round}`,
        count: 8,
        faceValue: 100_000,
        refundWindowDays: 0,
      });
      const acknowledged = new Map<string, unknown>();
      let stopping = false;
      const send = async (worker: number, count: number) => {
        const idempotencyKey = `drain ${round} ${worker} ${count}`;
        const body = { acceptor: "store-1", amount: 1, tenders: [{ code: codes[worker] }] };
        const asked = { key: scrip.keys.acceptor, idempotencyKey, body };
        return { idempotencyKey, asked, answer: await ask(`${scrip.url}/v1/write-offs`, asked) };
      };
      const workers = codes.map(async (_, worker) => {
        for (let count = 1; count <= 15 || stopping; count += 1) {
          const sent = await send(worker, count).catch(() => undefined);
          // The connection was refused: it no longer listens.
          if (sent === undefined) return;
          if (sent.answer.status === 200) acknowledged.set(sent.idempotencyKey, sent);
          if (acknowledged.size >= 60 && !stopping) {
            stopping = true;
            scrip.process.kill("SIGINT");
          }
        }
      });
      await Promise.all(workers);
      expect(stopping).toBe(true);
      expect(await scrip.ended()).toBe(0);
      scrip = await startScrip(dataDir);
      for (const one of acknowledged.values()) {
        const { asked, answer } = one as Awaited<ReturnType<typeof send>>;
        const again = await ask(`${scrip.url}/v1/write-offs`, asked);
        expect(again.headers.get("idempotency-replayed")).toBe("true");
        expect(again.json.eventId).toBe(answer.json.eventId);
      }
    },
  );
});
