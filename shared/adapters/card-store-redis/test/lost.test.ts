import { PortError } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { ask } from "../../../../infra/redis/ask.mjs";
import type { RunningRedis } from "../../../../infra/redis/server.mjs";
import { freePorts } from "../../../../infra/tooling/free-ports.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openCardStore, type SharedCardStore } from "../src/index.ts";
import { commandDeadlineMs } from "../src/limits.ts";
import { optionsAt } from "./options.ts";
import { openForTest } from "./places.ts";
import { type Proxy, proxyTo } from "./proxy.ts";
import { placeOf, servers } from "./running.ts";

const { birth, cardIdIn, fullCard, moveOf, opIdOf, recordOf } = storeGiven;
const id = cardIdIn(1, "a");
const born = recordOf(fullCard(id));
const sale = moveOf(born, 1, "sale");
const unknown = { code: "UNAVAILABLE", retryable: true, outcomeKnown: false };
const slow = { timeout: 60_000 };

await withTool(redis, (found) => {
  describe("card store on Redis, whose connection is lost", () => {
    const at = servers(found);
    let server: RunningRedis;
    let proxy: Proxy;
    let store: SharedCardStore;
    beforeEach(async () => {
      server = await at.start();
      proxy = await proxyTo(server.port);
      store = await openForTest(placeOf(proxy));
      await store.save(birth(born, 1));
    });
    afterEach(async () => {
      await store.close();
      await proxy.close();
    });

    it("after the server saved: nobody knows, and the retry finds the outcome", async () => {
      proxy.loseAnswers();
      await expect(store.save(sale)).rejects.toMatchObject(unknown);
      proxy.mend();
      expect(await again()).toMatchObject({ kind: "OUTCOME_EXISTS", outcome: { seq: 1 } });
      expect(await store.nextSeq(1)).toBe(2);
    });

    it("before the server heard of it: nobody knows, and the retry saves", async () => {
      proxy.loseCommands();
      await expect(store.save(sale)).rejects.toMatchObject(unknown);
      proxy.mend();
      expect(await again()).toEqual({ kind: "SAVED", firstSeq: 1 });
    });

    it("refuses at once while there is none, and nothing of that is done later", async () => {
      await server.kill();
      for (;;) {
        const error: unknown = await store.save(sale).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: "UNAVAILABLE" });
        if (error instanceof PortError && error.outcomeKnown) break;
      }
      await at.startAgain(server);
      await back();
      expect(await store.outcome(1, opIdOf("sale"))).toBeUndefined();
    });

    it("has one effect of many saves that were under way", async () => {
      const names = Array.from({ length: 40 }, (_, nth) => `birth ${nth}`);
      const births = names.map((name) => birth(recordOf(fullCard(cardIdIn(2, name))), 2));
      const saves = births.map((each) => store.save(each));
      setImmediate(() => proxy.loseAnswers());
      const first = await Promise.allSettled(saves);
      expect(first.some(({ status }) => status === "rejected")).toBe(true);
      proxy.mend();
      await back();
      for (const each of births)
        await store.save(each).catch((error: unknown) => {
          // It was done before the answer was lost.
          expect(error).toMatchObject({ code: "VERSION_CONFLICT" });
        });
      expect((await store.totals()).cards).toBe(41);
      expect(await store.nextSeq(2)).toBe(40);
    });

    it(
      "gives up an answer that does not come, and finds out later what became of it",
      slow,
      async () => {
        server.signal("SIGSTOP");
        const begunMs = Date.now();
        await expect(store.save(sale)).rejects.toMatchObject(unknown);
        expect(Date.now() - begunMs).toBeGreaterThan(commandDeadlineMs - 100);
        server.signal("SIGCONT");
        expect(await again()).toMatchObject({ kind: "OUTCOME_EXISTS" });
        expect((await store.card(id))?.card.version).toBe(2);
      },
    );

    it("gives up a wire on which nothing comes any more, and takes another", slow, async () => {
      proxy.goSilent();
      await expect(store.card(id)).rejects.toMatchObject({ code: "UNAVAILABLE" });
      proxy.mend();
      await back();
      expect(await store.card(id)).toEqual(born);
    });

    it("loads functions that are gone again, and writes nothing without them", async () => {
      await ask(server.port, ["FUNCTION", "FLUSH"]);
      const known = { code: "UNAVAILABLE", outcomeKnown: true };
      await expect(store.save(sale)).rejects.toMatchObject(known);
      expect(await again()).toEqual({ kind: "SAVED", firstSeq: 1 });
    });

    /** The same save, once it does not fail for want of a connection. */
    async function again() {
      for (;;) {
        try {
          return await store.save(sale);
        } catch (error) {
          expect(error).toMatchObject({ code: "UNAVAILABLE" });
          await sleep(5);
        }
      }
    }

    async function back(): Promise<void> {
      while ((await store.nextSeq(1).catch(() => undefined)) === undefined) await sleep(5);
    }
  });

  describe("card store on Redis, whose server is loading", () => {
    const at = servers(found);

    it("is not opened, and says that it may be retried", slow, async () => {
      const server = await at.start();
      for (let nth = 0; nth < 200; nth += 1) await ask(server.port, ["SET", `key ${nth}`, "value"]);
      await ask(server.port, ["BGREWRITEAOF"]);
      while (
        (await ask(server.port, ["INFO", "persistence"])).includes("aof_rewrite_in_progress:1")
      )
        await sleep(5);
      await server.stop();
      // Loads each of 200 keys for 10 ms, and looks after its connections meanwhile.
      const slowly = { "key-load-delay": 10_000, "loading-process-events-interval-bytes": 1_024 };
      const starting = at.startAgain(server, slowly);
      const loading = { code: "UNAVAILABLE", retryable: true, outcomeKnown: true };
      await untilListening(server.port);
      await expect(openCardStore(optionsAt(placeOf(server)))).rejects.toMatchObject(loading);
      await starting;
    });
  });

  it("knows no server where there is none", slow, async () => {
    const [port = 0] = await freePorts(1);
    const nobody = openCardStore({ ...optionsAt(placeOf({ port })), openWithinMs: 200 });
    await expect(nobody).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });
});

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const said = await ask(port, ["PING"]).catch(() => "");
    if (said !== "") return;
    await sleep(5);
  }
}
