import { randomBytes } from "node:crypto";
import { ScripClient, walk } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as kafka from "../../infra/provision/tools/kafka.mjs";
import * as redis from "../../infra/provision/tools/redis.mjs";
import { temporaryDirectory } from "../stage/temporary.ts";
import { withTool } from "../stage/with-tool.ts";
import { type Cluster, startCluster } from "./stage/cluster.ts";
import { routedFetch } from "./stage/routed-fetch.ts";

const directory = temporaryDirectory("cluster");
let cluster: Cluster | undefined;

await withTool(redis, (foundRedis) =>
  withTool(kafka, (foundKafka) => {
    beforeAll(async () => {
      cluster = await startCluster(directory.path, { redis: foundRedis, kafka: foundKafka });
    });
    afterAll(async () => {
      await cluster?.stop();
      directory.remove();
    });

    const started = (): Cluster => {
      if (cluster === undefined) throw new Error("not started");
      return cluster;
    };
    const urls = (...names: string[]): string[] =>
      names.map((name) => started().services.get(name)?.url ?? "");
    const routed = () =>
      routedFetch([
        urls("write-off-1", "write-off-2"),
        urls("issuance"),
        urls("binding"),
        urls("query"),
      ]);

    it("walks a card through the seven steps, over processes that share Redis and Kafka", async () => {
      const { keys, policy } = started();
      const client = new ScripClient({ baseUrl: "http://scrip.test", fetch: await routed() });
      const lines: string[] = [];
      const walked = await walk({
        client,
        keys,
        policy,
        suite: sha256Ed25519,
        nowMs: () => Date.now(),
        runId: randomBytes(4).toString("hex"),
        print: (line) => void lines.push(line),
      });
      expect(walked.proof).toContain("c2sp.org/tlog-proof@v1");
    });
  }),
);
