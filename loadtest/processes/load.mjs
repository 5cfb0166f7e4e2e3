// The load generator, in a process of its own so that its costs are not the server's.
import autocannon from "autocannon";
import { readFileSync } from "node:fs";
import { answer, serveBench } from "../harness/probe.mjs";
import { percentile } from "../harness/statistics.mjs";

const timeoutSeconds = 30;

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
        setupRequest: (/** @type {any} */ request) => {
          const code = codes[sent % codes.length];
          request.headers = {
            "content-type": "application/json",
            authorization: `Bearer ${apiKey}`,
            "idempotency-key": `${run}-${sent}`,
          };
          request.body = `{"acceptor":"acceptor","amount":1,"tenders":[{"code":"${code}"}]}`;
          sent += 1;
          return request;
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

serveBench("", () => Promise.resolve());
