import { randomBytes } from "node:crypto";
import { ScripClient, walk } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as kafka from "../../infra/provision/tools/kafka.mjs";
import * as redis from "../../infra/provision/tools/redis.mjs";
import { ask } from "../stage/http.ts";
import { stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";
import { withTool } from "../stage/with-tool.ts";
import { type Cluster, startCluster } from "./stage/cluster.ts";
import { type Front, startFront } from "./stage/front.ts";

const directory = temporaryDirectory("cluster");
let running: { cluster: Cluster; front: Front } | undefined;

const started = (): { cluster: Cluster; front: Front } => {
  if (running === undefined) throw new Error("not started");
  return running;
};
const urlOf = (name: string): string => started().cluster.services.get(name)?.url ?? "";
const soon = { interval: 50, timeout: 30_000 };

/** Cards that can be spent, at the one address. */
const stocked = (programId: string, count: number) => {
  const { cluster, front } = started();
  return stockCards({ url: front.url, keys: cluster.keys } as never, {
    programId,
    count,
    faceValue: 1_000,
  });
};

const spend = (code: string | undefined, key = randomBytes(8).toString("hex"), at?: string) =>
  ask(`${at ?? started().front.url}/v1/write-offs`, {
    key: started().cluster.keys.acceptor,
    idempotencyKey: key,
    body: { acceptor: "store-330", amount: 100, tenders: [{ code }] },
  });

/** What the ledger has, less what was saved: 0 when they agree. */
const depth = async (): Promise<number> => {
  const { cluster, front } = started();
  const { json } = await ask(`${front.url}/v1/ledger/status`, { key: cluster.keys.operator });
  return Number(json.lag.outboxDepth);
};

await withTool(redis, (foundRedis) =>
  withTool(kafka, (foundKafka) => {
    beforeAll(async () => {
      const found = { redis: foundRedis, kafka: foundKafka };
      const cluster = await startCluster(directory.path, found);
      const urls = (...names: string[]): string[] =>
        names.map((name) => cluster.services.get(name)?.url ?? "");
      const front = await startFront([
        urls("write-off-1", "write-off-2"),
        urls("issuance"),
        urls("binding"),
        urls("query"),
      ]);
      running = { cluster, front };
    });
    afterAll(async () => {
      running?.front.close();
      await running?.cluster.stop();
      directory.remove();
    });

    it("walk a card through the seven steps together", async () => {
      const { cluster, front } = started();
      const walked = await walk({
        client: new ScripClient({ baseUrl: front.url }),
        keys: cluster.keys,
        policy: cluster.policy,
        suite: sha256Ed25519,
        nowMs: () => Date.now(),
        runId: randomBytes(4).toString("hex"),
        print: () => undefined,
      });
      expect(walked.proof).toContain("c2sp.org/tlog-proof@v1");
    });

    it("give one answer to one key, whichever of them is asked", async () => {
      const { codes } = await stocked("one-answer", 1);
      const first = await spend(codes[0], "the same", urlOf("write-off-1"));
      expect(first).toMatchObject({ status: 200, json: { finality: "ACCEPTED" } });
      await expect.poll(depth, soon).toBe(0);
      const again = await spend(codes[0], "the same", urlOf("write-off-2"));
      expect(again.headers.get("idempotency-replayed")).toBe("true");
      expect(again.json).toMatchObject({
        eventId: first.json.eventId,
        balances: first.json.balances,
        finality: "COMMITTED",
        receipt: null,
      });
    });

    it("release who waits for COMMITTED", async () => {
      const { codes } = await stocked("waits", 1);
      const answer = await ask(
        `${urlOf("write-off-1")}/v1/write-offs?waitFor=committed&timeoutMs=10000`,
        {
          key: started().cluster.keys.acceptor,
          idempotencyKey: "waits",
          body: { acceptor: "store-330", amount: 100, tenders: [{ code: codes[0] }] },
        },
      );
      expect(answer).toMatchObject({ status: 200, json: { finality: "COMMITTED" } });
    });

    it("know a key no more, all of them, once issuance has ended it", async () => {
      const { cluster, front } = started();
      const { operator } = cluster.keys;
      const scope = { programs: "*", participants: "*", flags: ["holders:act"] };
      const made = await ask(`${front.url}/v1/keys`, {
        key: operator,
        idempotencyKey: "a key",
        body: { participant: "store-7", role: "ACCEPTOR", scope },
      });
      expect(made.status, made.text).toBeLessThan(300);
      const { secret: key, key: named } = made.json;
      const asked = [
        `${urlOf("write-off-1")}/v1/write-offs/none`,
        `${urlOf("write-off-2")}/v1/write-offs/none`,
        `${urlOf("binding")}/v1/wallets/h-1`,
        `${urlOf("query")}/v1/ledger/status`,
      ];
      const statuses = () =>
        Promise.all(asked.map(async (url) => (await ask(url, { key })).status));
      expect(await statuses()).not.toContain(401);
      await ask(`${front.url}/v1/keys/${named.keyId}`, { method: "DELETE", key: operator });
      expect(await statuses()).toEqual([401, 401, 401, 401]);
    });

    it("take write-offs while ledger and query are away, and bring them home afterwards", async () => {
      const { cluster } = started();
      const { codes } = await stocked("away", 20);
      await cluster.services.get("chain-writer")?.kill();
      await cluster.services.get("query")?.kill();
      const spent = await Promise.all(codes.map((code) => spend(code)));
      expect(new Set(spent.map(({ status }) => status))).toEqual(new Set([200]));
      await Promise.all([cluster.again("chain-writer"), cluster.again("query")]);
      await expect.poll(depth, soon).toBe(0);
      const { json } = await ask(`${urlOf("query")}/v1/ledger/status`, {
        key: cluster.keys.operator,
      });
      expect(json).toMatchObject({ lawGauge: "0", rejections: 0 });
    });

    it("answer 503 while Redis is away, and go on once its heads were compared", async () => {
      const { codes } = await stocked("redis", 5);
      expect((await spend(codes[0])).status).toBe(200);
      await started().cluster.crashRedis();
      // Whoever is faster than the comparison is told to come back.
      await expect.poll(async () => (await spend(codes[1], "after")).status, soon).toBe(200);
      await expect.poll(depth, soon).toBe(0);
    });

    it("all end in order when they are told to", async () => {
      const { cluster } = started();
      for (const name of ["relay-1", "write-off-1", "binding"])
        expect(await cluster.services.get(name)?.stop()).toBe(0);
    });
  }),
);
