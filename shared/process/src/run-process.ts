import type { AddressInfo } from "node:net";
import { PortError } from "@scrip/ports";
import {
  buildApp,
  Closing,
  ConfigError,
  createLogger,
  type DataDirectory,
  type Environment,
  type KnownCallers,
  Lifecycle,
  openDataDirectory,
  type ReadinessCheck,
  stopOnSignals,
} from "@scrip/service-kit";
import { KeyFileError } from "@scrip/signing";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { Registry as Metrics } from "prom-client";
import type { ProcessConfig } from "./settings.ts";

/** What a process has before its service opens anything. */
export interface Process<Config extends ProcessConfig = ProcessConfig> {
  /** Of the service. */
  readonly name: string;
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** What was opened is noted here, and closed in reverse order. */
  readonly closing: Closing;
}

/** A service that can be run by itself. */
export interface Runnable<Config extends ProcessConfig> {
  readonly name: string;
  /** @throws ConfigError naming every fault. */
  readonly configOf: (env: Environment) => Config;
  /** Opens what it stands on and starts it; the app does not listen yet. */
  readonly start: (process: Process<Config>) => Promise<FastifyInstance>;
}

const host = "127.0.0.1";

/** Runs a service until a signal ends it; ends the process, with one line that says why, where it cannot. */
export async function runProcess<Config extends ProcessConfig>(
  runnable: Runnable<Config>,
): Promise<void> {
  try {
    const { app, url } = await startProcess(runnable, process.env);
    stopOnSignals(app);
    process.stdout.write(`ready ${url}\n`);
  } catch (error) {
    process.stderr.write(`scrip ${runnable.name}: ${explain(error)}\n`);
    process.exit(1);
  }
}

/** Starts a service and listens; what was opened is closed again where that fails. */
export async function startProcess<Config extends ProcessConfig>(
  { name, configOf, start }: Runnable<Config>,
  env: Environment,
) {
  const config = configOf(env);
  const directory = openDataDirectory(config.dataDir);
  const logger = createLogger({ service: name, level: config.logLevel });
  const [closing, lifecycle, metrics] = [new Closing(), new Lifecycle(), new Metrics()];
  try {
    const given = { name, config, directory, logger, metrics, lifecycle, closing };
    const app = await start(given);
    await app.listen({ host, port: config.port });
    const { port } = app.server.address() as AddressInfo;
    return { app: { app, lifecycle, closing }, url: `http://${host}:${port}` };
  } catch (error) {
    await closing.closeAll(logger);
    throw error;
  }
}

/** Who calls a service that has no routes but the public ones. */
export const nobody: KnownCallers = { find: async () => undefined };

/** The app of a process: health, metrics and who may call. */
export const appOf = (
  { name, logger, metrics: registry, lifecycle }: Process,
  { callers, readiness }: { callers: KnownCallers; readiness: readonly ReadinessCheck[] },
): Promise<FastifyInstance> =>
  buildApp({
    api: { title: `Scrip ${name}`, version: "0.1.0" },
    callers,
    logger,
    registry,
    lifecycle,
    readiness,
  });

/** One clear line for what is wrong with the world or the settings; a stack only for what is our own fault. */
function explain(error: unknown): string {
  const foreseen = [ConfigError, PortError, KeyFileError].some((kind) => error instanceof kind);
  if (foreseen && error instanceof Error) return error.message;
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE")
    return `the port is in use; choose another with SCRIP_PORT (${error.message})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
