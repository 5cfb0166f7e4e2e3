// The load generator, in a process of its own so that its costs are not the server's.
import autocannon from "autocannon";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { answer, serveBench } from "../harness/probe.mjs";
import { percentile } from "../harness/statistics.mjs";

const timeoutSeconds = 30;
/** How often the load at a constant rate looks what is due. */
const tickMs = 2;
/** How often it sends the same request, when connections break. */
const sendsMax = 5;

/**
 * Write-offs of one minor unit each, of one card after another, each under a key of its own.
 * @typedef {{ url: string, apiKey: string, codesFile: string, connections: number, requests: number, run: string }} Load
 */

answer("writeOffs", async (/** @type {Load} */ load) => {
  const { url, apiKey, connections, requests, run } = load;
  const codes = readFileSync(load.codesFile, "utf8").trim().split("\n");
  const latenciesMs = new Float64Array(requests);
  /** @type {Record<number, number>} */
  const statuses = {};
  let answered = 0;
  let sent = 0;
  let endedAt = 0n;

  const startedAt = process.hrtime.bigint();
  const running = autocannon({
    url,
    connections,
    amount: requests,
    timeout: timeoutSeconds,
    requests: [
      {
        method: "POST",
        path: "/v1/write-offs",
        setupRequest: (/** @type {any} */ next) => {
          next.headers = headersOf(apiKey, `${run}-${sent}`);
          next.body = bodyOf(codes[sent % codes.length]);
          sent += 1;
          return next;
        },
      },
    ],
  });
  running.on("response", (_client, status, _bytes, ms) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    latenciesMs[answered] = ms;
    answered += 1;
    endedAt = process.hrtime.bigint();
  });
  const { errors, timeouts } = await running;
  const sorted = latenciesMs.subarray(0, answered).sort();
  return {
    seconds: Number(endedAt - startedAt) / 1e9,
    statuses,
    faults: errors + timeouts,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
});

/**
 * The same at a constant rate, each waiting for COMMITTED. Open model: a request leaves when it is due, whether or not
 * earlier ones were answered, and its time counts from then.
 * @typedef {{ url: string, apiKey: string, codesFile: string, perSecond: number, seconds: number, run: string }} RatedLoad
 */
answer("writeOffsAtRate", async (/** @type {RatedLoad} */ load) => {
  const { perSecond, seconds } = load;
  const codes = readFileSync(load.codesFile, "utf8").trim().split("\n");
  const agent = new Agent({ keepAlive: true });
  const count = perSecond * seconds;
  /** @type {Promise<{ answerMs: number, lagMs: number, sent: number }>[]} */
  const sent = [];
  const startedAt = performance.now();
  while (sent.length < count) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond);
    while (sent.length < Math.min(due, count)) {
      const nth = sent.length;
      const dueAt = startedAt + (nth / perSecond) * 1_000;
      sent.push(
        committedWriteOff(load, { agent, nth, dueAt, code: codes[nth % codes.length] ?? "" }),
      );
    }
    await sleep(tickMs);
  }
  const times = await Promise.all(sent);
  agent.destroy();
  const answers = Float64Array.from(times, ({ answerMs }) => answerMs).sort();
  const lags = Float64Array.from(times, ({ lagMs }) => lagMs).sort();
  return {
    lagP50Ms: percentile(lags, 0.5),
    lagP99Ms: percentile(lags, 0.99),
    answerP50Ms: percentile(answers, 0.5),
    answerP99Ms: percentile(answers, 0.99),
    sentAgain: times.reduce((sum, { sent }) => sum + sent - 1, 0),
  };
});

/**
 * @param {RatedLoad} load
 * @param {{ agent: Agent, nth: number, dueAt: number, code: string }} one
 * @returns {Promise<{ answerMs: number, lagMs: number, sent: number }>}
 */
async function committedWriteOff(load, { agent, nth, dueAt, code }) {
  for (let sent = 1; ; sent += 1) {
    try {
      const answer = await ask(load, { agent, key: `${load.run}-${nth}`, code });
      // The event's own time, by the clock that both processes share.
      const lagMs = Date.now() - Date.parse(answer.operation.at);
      return { answerMs: performance.now() - dueAt, lagMs, sent };
    } catch (error) {
      // What every client does when a connection breaks: the same again under the same key.
      const broken = error instanceof Error && "code" in error && error.code === "ECONNRESET";
      if (!broken || sent >= sendsMax) throw error;
    }
  }
}

/**
 * @param {RatedLoad} load
 * @param {{ agent: Agent, key: string, code: string }} one
 * @returns {Promise<any>} the answer of a committed write-off
 */
async function ask({ url, apiKey }, { agent, key, code }) {
  const asking = request(`${url}/v1/write-offs?waitFor=committed&timeoutMs=30000`, {
    method: "POST",
    agent,
    headers: headersOf(apiKey, key),
  });
  asking.end(bodyOf(code));
  const [response] = await once(asking, "response");
  const answer = await json(response);
  if (response.statusCode !== 200 || answer.finality !== "COMMITTED")
    throw new Error(`write-off ${key}: ${response.statusCode} ${JSON.stringify(answer)}`);
  return answer;
}

/**
 * @param {string} apiKey
 * @param {string} key
 */
const headersOf = (apiKey, key) => ({
  "content-type": "application/json",
  authorization: `Bearer ${apiKey}`,
  "idempotency-key": key,
});

/** @param {string | undefined} code */
const bodyOf = (code) => `{"acceptor":"acceptor","amount":1,"tenders":[{"code":"${code}"}]}`;

serveBench("", () => Promise.resolve());
