import { storeGiven } from "@scrip/testing";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openCardStore, type SharedCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

const { birth, cardIdIn, fullCard, moveOf, recordOf, suiteShards, suiteStart, walletIn } =
  storeGiven;
const id = cardIdIn(1, "a");
const born = recordOf(fullCard(id));
const entry = { walletId: walletIn(1, "w"), cardId: id };
const notOpen = { code: "UNAVAILABLE", retryable: true, outcomeKnown: true };

await withTool(redis, (found) => {
  describe("card store on Redis, before its heads were compared", () => {
    const at = servers(found);

    it("writes nothing, and says so as what may be retried", async () => {
      const store = await openCardStore(optionsAt(placeOf(await at.start())));
      await expect(store.save(birth(born, 1))).rejects.toMatchObject(notOpen);
      await expect(store.trim(1, suiteStart(1))).rejects.toMatchObject(notOpen);
      await expect(store.addWalletCandidate(entry)).rejects.toMatchObject(notOpen);
      expect(await store.totals()).toMatchObject({ cards: 0 });
      await store.openForWrites(await store.serving());
      expect(await store.save(birth(born, 1))).toEqual({ kind: "SAVED", firstSeq: 0 });
      await store.close();
    });

    it("is opened by one process for all", async () => {
      const place = placeOf(await at.start());
      const [one, other] = [await openForTest(place), await openCardStore(optionsAt(place))];
      expect(await other.save(birth(born, 1))).toEqual({ kind: "SAVED", firstSeq: 0 });
      expect(await one.card(id)).toEqual(born);
      await one.close();
      await other.close();
    });

    it("is closed again by a restart under a store that goes on, whatever file it comes back with", async () => {
      const server = await at.start();
      const store = await openForTest(placeOf(server));
      await store.save(birth(born, 1));
      const compared = await store.serving();
      const older = join(server.dataDir, "../older");
      await cp(join(server.dataDir, "appendonlydir"), older, { recursive: true });
      await store.save(moveOf(born, 1, "lost"));
      await server.kill();
      await rm(join(server.dataDir, "appendonlydir"), { recursive: true });
      await cp(older, join(server.dataDir, "appendonlydir"), { recursive: true });
      await at.startAgain(server);
      await reconnected(store);
      expect((await store.card(id))?.card.version).toBe(1);
      await expect(store.save(moveOf(born, 1, "late"))).rejects.toMatchObject(notOpen);
      // What was compared before the restart says nothing about what serves now.
      await expect(store.openForWrites(compared)).rejects.toMatchObject(notOpen);
      await expect(store.save(moveOf(born, 1, "late"))).rejects.toMatchObject(notOpen);
      expect(await store.nextSeq(1)).toBe(1);
      await store.openForWrites(await store.serving());
      expect(await store.save(moveOf(born, 1, "late"))).toEqual({ kind: "SAVED", firstSeq: 1 });
      expect(await store.nextSeq(suiteShards)).toBe(0);
      await store.close();
    });
  });

  async function reconnected(store: SharedCardStore): Promise<void> {
    for (;;) {
      const [run] = await store.serving().catch(() => []);
      if (run !== undefined) return;
      await sleep(5);
    }
  }
});
