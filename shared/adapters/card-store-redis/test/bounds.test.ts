import { storeGiven } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { ask } from "../../../../infra/redis/ask.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openCardStore } from "../src/index.ts";
import { waitingCommandsMax } from "../src/limits.ts";
import { optionsAt } from "./options.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

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
  suiteStart,
} = storeGiven;
const born = recordOf(fullCard(cardIdIn(1, "a")));
const full = { code: "UNAVAILABLE", retryable: true, outcomeKnown: true };
const event = (shard: number, name: string) => changeOf(shard, { events: [eventOf(name)] });
const keyed = (name: string, events: readonly string[]) => {
  const id = opIdOf(name);
  const given = { pointer: pointerOf(id, 1), outcome: outcomeOf(id) };
  return changeOf(1, { ...given, events: events.map((one) => eventOf(one)) });
};

await withTool(redis, (found) => {
  describe("card store on Redis, which is bounded", () => {
    const at = servers(found);

    it("saves no event more in a shard whose outbox is full, until the ledger has some", async () => {
      const options = { ...optionsAt(placeOf(await at.start())), outboxEventsMax: 3 };
      const store = await openCardStore(options);
      await store.openForWrites(await store.serving());
      await store.save(keyed("sale", ["a", "b", "c"]));
      expect(await store.save(keyed("sale", ["d"]))).toMatchObject({ kind: "OUTCOME_EXISTS" });
      expect(await store.save(keyed("decline", []))).toMatchObject({ kind: "SAVED" });
      await expect(store.save(keyed("other", ["e"]))).rejects.toMatchObject(full);
      expect(await store.outcome(1, opIdOf("other"))).toBeUndefined();
      expect(await store.pointer(opIdOf("other"))).toBeUndefined();
      expect(await store.save(event(2, "elsewhere"))).toMatchObject({ kind: "SAVED" });
      await store.trim(1, { ...suiteStart(1), seq: 1 });
      expect(await store.save(event(1, "late"))).toEqual({ kind: "SAVED", firstSeq: 3 });
      await expect(store.save(event(1, "later"))).rejects.toMatchObject(full);
      await store.close();
    });

    it("refuses saves while the server has no memory left, and reads on", async () => {
      const server = await at.start();
      const store = await openForTest(placeOf(server));
      await store.save(birth(born, 1));
      await ask(server.port, ["CONFIG", "SET", "maxmemory", "1mb"]);
      await expect(store.save(moveOf(born, 1, "sale"))).rejects.toMatchObject(full);
      expect(await store.card(born.card.cardId)).toEqual(born);
      expect(await store.nextSeq(1)).toBe(1);
      await ask(server.port, ["CONFIG", "SET", "maxmemory", "0"]);
      expect(await store.save(moveOf(born, 1, "sale"))).toEqual({ kind: "SAVED", firstSeq: 1 });
      await store.close();
    });

    it("lets so many commands wait and no more, and does those that wait", async () => {
      const store = await openForTest(placeOf(await at.start()));
      const reads = Array.from({ length: waitingCommandsMax + 50 }, () => store.nextSeq(1));
      const results = await Promise.allSettled(reads);
      const refused = results.filter((result) => result.status === "rejected");
      expect(refused).toHaveLength(50);
      for (const { reason } of refused) expect(reason).toMatchObject(full);
      await store.close();
    });
  });
});
