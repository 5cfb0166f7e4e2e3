import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { RedisProgram, RunningRedis } from "../../../../infra/redis/server.mjs";
import { startRedis } from "../../../../infra/redis/server.mjs";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import type { Place } from "../src/index.ts";

type Settings = Readonly<Record<string, string | number>>;

/** Servers of one test: ended, and their data removed, when it is over. */
export interface Servers {
  start(settings?: Settings): Promise<RunningRedis>;
  /** Starts one where another has ended, on its port and with its data. */
  startAgain(ended: RunningRedis, settings?: Settings): Promise<RunningRedis>;
}

/** Registers the hooks. */
export function servers(redis: RedisProgram): Servers {
  let directory: ReturnType<typeof temporaryDirectory>;
  let started: RunningRedis[] = [];
  beforeEach(() => {
    directory = temporaryDirectory("redis");
    started = [];
  });
  afterEach(async () => {
    for (const server of started) await server.kill();
    directory.remove();
  });
  const kept = async (starting: Promise<RunningRedis>): Promise<RunningRedis> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  return {
    start: (settings = {}) =>
      kept(startRedis({ redis, dataDir: join(directory.path, `${started.length}`), settings })),
    startAgain: ({ port, dataDir }, settings = {}) =>
      kept(startRedis({ redis, dataDir, port, settings })),
  };
}

export const placeOf = ({ port }: { readonly port: number }): Place => ({
  kind: "SERVER",
  host: "127.0.0.1",
  port,
});
