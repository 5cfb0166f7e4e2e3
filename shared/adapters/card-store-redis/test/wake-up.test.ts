import { storeGiven } from "@scrip/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

const { changeOf, eventOf } = storeGiven;
const event = (shard: number, name: string) => changeOf(shard, { events: [eventOf(name)] });

await withTool(redis, (found) => {
  describe("card store on Redis, which wakes listeners", () => {
    const at = servers(found);

    it("tells of what other processes saved, also of before and during a restart", async () => {
      const server = await at.start();
      const [one, other] = [await openForTest(placeOf(server)), await openForTest(placeOf(server))];
      await other.save(event(0, "before"));
      const heard: number[] = [];
      const stop = one.onAppend((shard) => heard.push(shard));
      await until(() => heard.length === 1);
      await other.save(event(2, "a"));
      await until(() => heard.length === 2);
      expect(heard).toEqual([0, 2]);
      await server.kill();
      await at.startAgain(server);
      const again = await openForTest(placeOf(server));
      await again.save(event(1, "b"));
      await until(() => heard.length === 3);
      await again.save(event(1, "c"));
      await until(() => heard.length === 4);
      expect(heard).toEqual([0, 2, 1, 1]);
      stop();
      await again.save(event(3, "d"));
      // What nobody hears cannot be waited for: a save of its own is told after it, and in vain as well.
      while ((await one.nextSeq(3)) === 0) await sleep(5);
      expect(heard).toEqual([0, 2, 1, 1]);
      for (const store of [one, other, again]) await store.close();
    });

    it("tells once of what it saved itself, however many saves there were", async () => {
      const store = await openForTest(placeOf(await at.start()));
      const heard: number[] = [];
      store.onAppend((shard) => heard.push(shard));
      const saves = Array.from({ length: 50 }, (_, nth) => store.save(event(1, `event ${nth}`)));
      await Promise.all(saves);
      await until(() => heard.length > 0);
      expect(heard.length).toBeLessThanOrEqual(50);
      const before = heard.length;
      await store.save(event(2, "last"));
      await until(() => heard.at(-1) === 2);
      expect(heard).toHaveLength(before + 1);
      await store.close();
    });
  });
});

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await sleep(5);
}
