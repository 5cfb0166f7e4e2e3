import { shardOf } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { ask } from "../../../../infra/redis/ask.mjs";
import { type RunningRedisCluster, startRedisCluster } from "../../../../infra/redis/cluster.mjs";
import { startRedis } from "../../../../infra/redis/server.mjs";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openCardStore, type Place, type SharedCardStore } from "../src/index.ts";
import { pointersKey } from "../src/records/keys.ts";
import { optionsAt } from "./options.ts";
import { openForTest } from "./places.ts";

const {
  birth,
  cardIdIn,
  changeOf,
  eventOf,
  fullCard,
  moveOf,
  opIdOf,
  outcomeOf,
  pointerOf,
  recordOf,
  suiteShards,
} = storeGiven;
const born = recordOf(fullCard(cardIdIn(1, "a")));
const key = opIdOf("sale");
const stale = moveOf(recordOf(fullCard(cardIdIn(1, "a"), { version: 7 })), 1, "sale");
const conflict = { code: "VERSION_CONFLICT" };
const slow = { timeout: 60_000 };

await withTool(redis, (found) => {
  describe("card store on Redis Cluster, where the pointer goes first", () => {
    const directory = temporaryDirectory("redis-cluster");
    let cluster: RunningRedisCluster;
    let place: Place;
    let store: SharedCardStore;
    beforeAll(async () => {
      cluster = await startRedisCluster({ redis: found, dataDir: directory.path });
      const nodes = cluster.nodes.map(({ port }) => ({ host: "127.0.0.1", port }));
      place = { kind: "CLUSTER", nodes };
    }, slow.timeout);
    afterAll(async () => {
      await cluster.stop();
      directory.remove();
    });
    beforeEach(async () => {
      for (const { port } of cluster.nodes) await ask(port, ["FLUSHALL"]);
      store = await openForTest(place);
      await store.save(birth(born, 1));
      return () => store.close();
    });

    it("has its shards on more than one node", async () => {
      expect(new Set(await store.serving()).size).toBeGreaterThan(1);
      expect(await store.serving()).toHaveLength(suiteShards + 1);
    });

    it("takes a pointer back when its save is refused, as often as that happens", async () => {
      for (let nth = 0; nth < 3; nth += 1) {
        await expect(store.save(stale)).rejects.toMatchObject(conflict);
        expect(await store.pointer(key)).toBeUndefined();
      }
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => store.save(stale)));
      expect(results.every(({ status }) => status === "rejected")).toBe(true);
      expect(await store.pointer(key)).toBeUndefined();
      expect(await store.save(moveOf(born, 1, "sale"))).toEqual({ kind: "SAVED", firstSeq: 1 });
    });

    it("keeps a pointer that another save of the key has come upon, and that one's body rules", async () => {
      const saved = moveOf(born, 1, "sale");
      // Saves of one key, refused and not, all at once: whichever way they meet, what was saved keeps its pointer.
      const all = [stale, saved, stale, stale, saved, stale].map((each) => store.save(each));
      const results = await Promise.allSettled(all);
      expect(results.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(
        2,
      );
      expect(await store.pointer(key)).toEqual(saved.pointer);
      const other = { ...saved, pointer: pointerOf(key, 1, "another body") };
      expect(await store.save(other)).toEqual({ kind: "KEY_REUSED" });
      expect(await store.pointer(key)).toEqual(saved.pointer);
    });

    it("never takes back a pointer that came first, with a save of its own", async () => {
      const pointer = pointerOf(key, 1);
      await store.save(changeOf(1, { pointer }));
      for (let nth = 0; nth < 300; nth += 1)
        await expect(store.save(stale)).rejects.toMatchObject(conflict);
      expect(await store.pointer(key)).toEqual(pointer);
    });

    it("finds what another shard has decided under a key, whatever is decided here", async () => {
      const first = changeOf(3, {
        pointer: pointerOf(key, 3),
        outcome: outcomeOf(key),
        events: [eventOf("e")],
      });
      await store.save(first);
      const second = moveOf(born, 1, "sale");
      const exists = { kind: "OUTCOME_EXISTS", outcome: { seq: 0, opId: key } };
      expect(await store.save(second)).toMatchObject(exists);
      expect(await store.save({ ...second, pointer: null })).toMatchObject(exists);
      expect(await store.nextSeq(1)).toBe(1);
    });

    it("says of a key that another request is deciding elsewhere that it is to be looked at again", async () => {
      const pointer = pointerOf(key, 3);
      await store.save(changeOf(3, { pointer }));
      await expect(store.save(moveOf(born, 1, "sale"))).rejects.toMatchObject(conflict);
      expect(await store.pointer(key)).toEqual(pointer);
      expect(await store.nextSeq(1)).toBe(1);
    });

    it("puts the pointer where its key says, and nowhere else", async () => {
      await store.save(moveOf(born, 1, "sale"));
      const home = pointersKey(shardOf(key, suiteShards), key);
      const answers = await Promise.all(
        cluster.nodes.map(({ port }) => ask(port, ["EXISTS", home])),
      );
      expect(answers.filter((answer) => answer === "1")).toHaveLength(1);
      expect(answers.filter((answer) => answer.startsWith("-MOVED"))).toHaveLength(2);
    });

    it(
      "writes nothing to a node that was started again, and goes on with the others",
      slow,
      async () => {
        const serving = await store.serving();
        const [ended] = cluster.nodes;
        if (ended === undefined) throw new Error("the cluster has nodes");
        const shards = serving.map((run, shard) => ({ run, shard })).slice(0, suiteShards);
        const runOf = /run_id:(\w+)/.exec(await ask(ended.port, ["INFO", "server"]))?.[1];
        expect(serving).toContain(runOf);
        await ended.kill();
        const settings = { "cluster-enabled": "yes", "cluster-config-file": "nodes.conf" };
        const again = await startRedis({
          redis: found,
          dataDir: ended.dataDir,
          port: ended.port,
          settings,
        });
        try {
          await untilServing(store, serving, runOf);
          for (const { run, shard } of shards) {
            const save = store.save(changeOf(shard, { events: [eventOf(`after ${shard}`)] }));
            if (run === runOf)
              await expect(save).rejects.toMatchObject({ code: "UNAVAILABLE", outcomeKnown: true });
            else expect(await save).toMatchObject({ kind: "SAVED" });
          }
          await store.openForWrites(await store.serving());
          for (const { shard } of shards)
            expect(await store.save(changeOf(shard, {}))).toMatchObject({ kind: "SAVED" });
        } finally {
          await store.close();
          await again.kill();
        }
      },
    );
  });

  it("is not opened on a single server that is asked for as a cluster", slow, async () => {
    const directory = temporaryDirectory("redis");
    const server = await startRedis({ redis: found, dataDir: directory.path });
    const nodes = [{ host: "127.0.0.1", port: server.port }];
    const options = { ...optionsAt({ kind: "CLUSTER", nodes }), openWithinMs: 2_000 };
    await expect(openCardStore(options)).rejects.toMatchObject({ code: expect.any(String) });
    await server.kill();
    directory.remove();
  });
});

/** Until every stream is served, and those of the node that ended by another run. */
async function untilServing(
  store: SharedCardStore,
  before: readonly string[],
  ended: string | undefined,
): Promise<void> {
  for (;;) {
    const now = await store.serving().catch(() => []);
    if (now.length === before.length && now.every((run) => run !== ended)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
