import { cardStoreSuite, outboxSuite } from "@scrip/testing";
import { afterAll } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { startRedisCluster } from "../../../../infra/redis/cluster.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import { placeOn } from "./places.ts";
import { sameAsMemory } from "./same-as-memory.ts";

await withTool(redis, async (found) => {
  const directory = temporaryDirectory("redis-cluster");
  const cluster = await startRedisCluster({ redis: found, dataDir: directory.path });
  afterAll(async () => {
    await cluster.stop();
    directory.remove();
  });
  const nodes = cluster.nodes.map(({ port }) => ({ host: "127.0.0.1", port }));
  const newPlace = placeOn({ kind: "CLUSTER", nodes });
  cardStoreSuite("Redis Cluster", newPlace);
  outboxSuite("Redis Cluster", newPlace);
  sameAsMemory("Redis Cluster", newPlace, { keysMove: false });
});
