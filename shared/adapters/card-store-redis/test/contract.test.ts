import { cardStoreSuite, outboxSuite } from "@scrip/testing";
import { afterAll } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { startRedis } from "../../../../infra/redis/server.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import { placeOn } from "./places.ts";
import { sameAsMemory } from "./same-as-memory.ts";

await withTool(redis, async (found) => {
  const directory = temporaryDirectory("redis");
  const server = await startRedis({ redis: found, dataDir: directory.path });
  afterAll(async () => {
    await server.stop();
    directory.remove();
  });
  const newPlace = placeOn({ kind: "SERVER", host: "127.0.0.1", port: server.port });
  cardStoreSuite("Redis", newPlace);
  outboxSuite("Redis", newPlace);
  sameAsMemory("Redis", newPlace, { keysMove: true });
});
