import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBroker } from "../../../infra/kafka/broker.mjs";
import { startRedis } from "../../../infra/redis/server.mjs";
import { freePorts } from "../../../infra/tooling/free-ports.mjs";
import type { Keys } from "../../stage/running-scrip.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** How long all processes may take to be ready, milliseconds. */
const readyMaxMs = 120_000;
const pollMs = 50;

type RedisOptions = Parameters<typeof startRedis>[0];
type KafkaOptions = Parameters<typeof startBroker>[0];

/** One process of a service. */
export interface ServiceProcess {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** What it printed so far. */
  readonly lines: readonly string[];
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it as an operator does. @returns the exit code */
  stop(): Promise<number | null>;
}

export interface Cluster {
  readonly dataDir: string;
  readonly services: ReadonlyMap<string, ServiceProcess>;
  readonly keys: Keys;
  readonly policy: string;
  /** Ends Redis as a crash does, and starts it again where it was. */
  crashRedis(): Promise<void>;
  /** Starts a process of this name again, on its port, and waits until it is ready. */
  again(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Which service each process runs. */
const processes = {
  "chain-writer": "chain-writer",
  query: "query",
  issuance: "issuance",
  binding: "binding",
  "write-off-1": "write-off",
  "write-off-2": "write-off",
  "relay-1": "relay",
  "relay-2": "relay",
} as const;
type ProcessName = keyof typeof processes;
const names = Object.keys(processes) as ProcessName[];

/** Real Redis, real Kafka, and every service in a process of its own, on loopback. Resolves when all are ready. */
export async function startCluster(
  dataDir: string,
  found: { readonly redis: RedisOptions["redis"]; readonly kafka: KafkaOptions["kafka"] },
): Promise<Cluster> {
  const ofRedis = { redis: found.redis, dataDir: join(dataDir, "redis") };
  const [firstRedis, kafka] = await Promise.all([
    startRedis(ofRedis),
    startBroker({ kafka: found.kafka, dataDir: join(dataDir, "kafka") }),
  ]);
  let redis = firstRedis;
  const [ledger = 0, committed = 0, ...own] = await freePorts(names.length + 2);
  const env = {
    SCRIP_DATA_DIR: join(dataDir, "scrip"),
    SCRIP_CARD_STORE: `redis://127.0.0.1:${redis.port}`,
    SCRIP_HOLDER_VAULT: `redis://127.0.0.1:${redis.port}/1`,
    SCRIP_EVENT_LOG: `kafka://${kafka.address}`,
    SCRIP_LEDGER: `http://127.0.0.1:${ledger}`,
    SCRIP_LEDGER_PORT: String(ledger),
    SCRIP_COMMITTED: `http://127.0.0.1:${committed}`,
    SCRIP_COMMITTED_PORT: String(committed),
    SCRIP_REGISTER_ON_FIRST_USE: "true",
    KAFKAJS_NO_PARTITIONER_WARNING: "1",
  };
  const services = new Map<string, ServiceProcess>();
  const begin = (name: ProcessName): ServiceProcess => {
    const port = own[names.indexOf(name)] ?? 0;
    const started = startService(name, { ...env, SCRIP_PORT: String(port) }, port);
    services.set(name, started);
    return started;
  };
  const stop = async (): Promise<void> => {
    // Upstream first: what is saved is still published, what is published committed.
    for (const name of names.toReversed()) await services.get(name)?.stop();
    await Promise.all([redis.stop(), kafka.stop()]);
  };
  try {
    await Promise.all(names.map((name) => ready(begin(name))));
  } catch (error) {
    await stop();
    throw error;
  }
  const file = (name: string): string => readFileSync(join(dataDir, "scrip", name), "utf8");
  return {
    dataDir,
    services,
    keys: JSON.parse(file("keys.json")) as Keys,
    policy: file("policy.txt"),
    crashRedis: async () => {
      await redis.kill();
      redis = await startRedis({ ...ofRedis, port: redis.port });
    },
    again: (name) => ready(begin(name as ProcessName)),
    stop,
  };
}

function startService(
  name: ProcessName,
  env: Record<string, string>,
  port: number,
): ServiceProcess {
  const main = join(root, "services", processes[name], "dist", "main.js");
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => void lines.push(line));
  const closed = once(child, "close");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await closed;
  };
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    child,
    lines,
    kill: () => end("SIGKILL"),
    stop: async () => {
      await end("SIGTERM");
      return child.exitCode;
    },
  };
}

async function ready({ name, url, child, lines }: ServiceProcess): Promise<void> {
  const giveUpMs = performance.now() + readyMaxMs;
  let said = "nothing";
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    said = (await answer?.text()) ?? said;
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > giveUpMs)
      throw new Error(`${name} is not ready: ${said}\n${lines.slice(-20).join("\n")}`);
    await sleep(pollMs);
  }
}
