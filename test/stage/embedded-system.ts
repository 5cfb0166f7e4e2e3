import { readFileSync } from "node:fs";
import { run } from "@scrip/cli";
import {
  Closing,
  createLogger,
  keepPolicy,
  Lifecycle,
  localApiKeys,
  openDataDirectory,
} from "@scrip/service-kit";
import type { LightMyRequestResponse } from "fastify";
import { type Adapters, composeAll, openAdapters } from "@scrip/all";

/** API keys of a data directory, by role. */
export type Keys = Readonly<
  Record<"issuer" | "distributor" | "acceptor" | "regulator" | "operator", string>
>;

export interface Sent {
  readonly key: string;
  readonly name?: string;
  readonly body?: object;
}

/** The whole embedded system in this process over a data directory, until it is stopped. */
export interface System {
  readonly adapters: Adapters;
  readonly keys: Keys;
  /** What was logged so far, line by line. */
  readonly lines: readonly string[];
  readonly get: (url: string, key?: string) => Promise<LightMyRequestResponse>;
  readonly post: (url: string, sent: Sent) => Promise<LightMyRequestResponse>;
  readonly stop: () => Promise<void>;
}

const logWithinMs = 60_000;
let calls = 0;

/** @throws PortError what the start of a process would end with */
export async function startSystem(dataDir: string): Promise<System> {
  const directory = openDataDirectory(dataDir);
  const closing = new Closing();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "scrip", level: "info", destination });
  try {
    const adapters = await openAdapters(directory, closing);
    const file = directory.path("keys.json");
    await localApiKeys(adapters.callers, file);
    const keys = JSON.parse(readFileSync(file, "utf8")) as Keys;
    keepPolicy(directory.path("policy.txt"), adapters.policy);
    const { chainId } = directory.settings;
    const lifecycle = new Lifecycle();
    const wiring = { adapters, chainId, logWithinMs, logger, lifecycle, closing };
    const app = await composeAll(wiring);
    return {
      adapters,
      keys,
      lines,
      get: async (url, key) => await app.inject({ url, headers: bearer(key ?? keys.operator) }),
      post: async (url, { key, name = `call ${(calls += 1)}`, body = {} }) =>
        await app.inject({
          method: "POST",
          url,
          headers: { ...bearer(key), "idempotency-key": name },
          payload: body,
        }),
      stop: async () => {
        await app.close();
        await closing.closeAll(logger);
      },
    };
  } catch (error) {
    await closing.closeAll(logger);
    throw error;
  }
}

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** A program, a batch of it whose cards are ready to be spent, and their codes. */
export async function stocked(
  { post, get, keys }: System,
  { programId, count, faceValue }: { programId: string; count: number; faceValue: number },
): Promise<{ readonly batchId: string; readonly codes: readonly string[] }> {
  const { issuer, distributor } = keys;
  const program = {
    programId,
    kind: "GIFT_CARD",
    unit: "CNY",
    issuer: "acme",
    refundWindowDays: 90,
    showBalance: false,
  };
  must(await post("/v1/programs", { key: issuer, body: program }));
  const order = { programId, count, faceValue };
  const { batch } = must(await post("/v1/batches", { key: issuer, body: order })).json<{
    batch: { batchId: string };
  }>();
  const url = `/v1/batches/${batch.batchId}`;
  const generated = async () => (await get(url, issuer)).json<{ status: string }>().status;
  await until(async () => (await generated()) === "GENERATED");
  const listed = (await get(`${url}/codes`, issuer)).body;
  const body = { distributor: "north" };
  must(await post(`${url}/acquire`, { key: distributor, body }));
  must(await post(`${url}/distribute`, { key: distributor, body: { cards: "ALL" } }));
  const codes = listed.split("\n").filter((line) => line !== "");
  return { batchId: batch.batchId, codes };
}

/** The answer, which is a success. */
export function must(answer: LightMyRequestResponse): LightMyRequestResponse {
  if (answer.statusCode < 300) return answer;
  throw new Error(`${answer.statusCode} ${answer.body}`);
}

/** Waits until it is so. @throws Error after twenty seconds */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 10) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it does not come to pass");
}

/** A command line in this process, and what it printed. */
export async function scrip(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run([...args], {
    env: {},
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    stdin: (async function* () {})(),
    terminal: undefined,
    nowMs: () => Date.now(),
    fetch: () => Promise.reject(new TypeError("nobody is asked")),
    interruption: () => new AbortController().signal,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
