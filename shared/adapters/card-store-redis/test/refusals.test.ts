import { PortError } from "@scrip/ports";
import { storeGiven } from "@scrip/testing";
import { describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { ask } from "../../../../infra/redis/ask.mjs";
import { freePorts } from "../../../../infra/tooling/free-ports.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { type CardStoreOptions, openCardStore, rebuildCardStore } from "../src/index.ts";
import { libraryName } from "../src/functions/library.ts";
import { optionsAt } from "./options.ts";
import { openForTest } from "./places.ts";
import { placeOf, servers } from "./running.ts";

const { birth, cardIdIn, fullCard, recordOf } = storeGiven;

await withTool(redis, (found) => {
  describe("card store on Redis, which refuses a server", () => {
    const at = servers(found);

    it.each([
      ["appendonly", "no", "appendonly no, not yes"],
      ["appendfsync", "everysec", "appendfsync everysec, not always"],
      ["no-appendfsync-on-rewrite", "yes", "no-appendfsync-on-rewrite yes, not no"],
      ["maxmemory-policy", "allkeys-lru", "maxmemory-policy allkeys-lru, not noeviction"],
    ])("whose %s is %s, unless told to take it", async (name, value, reason) => {
      const server = await at.start({ [name]: value });
      const options = optionsAt(placeOf(server));
      expect(await refusal(options)).toBe(`card store: this server does not do: ${reason}`);
      const store = await openCardStore({ ...options, anySettings: true });
      await store.close();
    });

    it("and names all that is wrong with it at once", async () => {
      const server = await at.start({ appendfsync: "no", "maxmemory-policy": "volatile-ttl" });
      expect(await refusal(optionsAt(placeOf(server)))).toMatch(/appendfsync no.*maxmemory-policy/);
    });

    it("that is a copy of another one", async () => {
      const [main, copy] = [await at.start(), await at.start()];
      await ask(copy.port, ["REPLICAOF", "127.0.0.1", main.port]);
      expect(await refusal(optionsAt(placeOf(copy)))).toMatch(/role slave, not master/);
    });

    it.each<[string, Partial<CardStoreOptions>, RegExp]>([
      ["another chain", { chainId: "scrip.example/other" }, /scrip\.example\/test/],
      ["another number of shards", { shards: 8 }, /"shards":4/],
    ])("that belongs to %s, and changes nothing there", async (_, other, reason) => {
      const id = cardIdIn(1, "a");
      const server = await at.start();
      const store = await openForTest(placeOf(server));
      await store.save(birth(recordOf(fullCard(id)), 1));
      expect(await refusal({ ...optionsAt(placeOf(server)), ...other })).toMatch(reason);
      expect(await store.card(id)).toEqual(recordOf(fullCard(id)));
      await store.close();
    });

    it("that holds something else, for a rebuild too", async () => {
      const server = await at.start();
      await ask(server.port, ["SET", "somebody", "else's"]);
      expect(await refusal(optionsAt(placeOf(server)))).toMatch(
        /something else than a card store$/,
      );
      await expect(rebuildCardStore(optionsAt(placeOf(server)))).rejects.toMatchObject({
        code: "NOT_OURS",
      });
    });

    it("that is a node of a cluster", async () => {
      const [bus = 0] = await freePorts(1);
      const node = await at.start({ "cluster-enabled": "yes", "cluster-port": bus });
      expect(await refusal(optionsAt(placeOf(node)))).toMatch(/a node of a cluster$/);
    });

    it("that asks for a password that was not given, and takes it when it is", async () => {
      const server = await at.start({ requirepass: "secret" });
      const options = optionsAt(placeOf(server));
      expect(await refusal(options)).toMatch(/NOAUTH/);
      expect(await refusal({ ...options, password: "wrong" })).toMatch(/WRONGPASS/);
      await (await openCardStore({ ...options, password: "secret" })).close();
    });

    it("whose functions of our name are not ours", async () => {
      const server = await at.start();
      const place = placeOf(server);
      await (await openForTest(place)).close();
      const other = `#!lua name=${libraryName}\nredis.register_function('other', function() return 1 end)`;
      await ask(server.port, ["FUNCTION", "LOAD", "REPLACE", other]);
      expect(await refusal(optionsAt(place))).toMatch(/other code than ours$/);
    });
  });

  /** The one clear line of a refusal. */
  async function refusal(options: CardStoreOptions): Promise<string> {
    const error: unknown = await openCardStore(options).then(
      async (store) => {
        await store.close();
      },
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "NOT_OURS", retryable: false });
    const message = error instanceof PortError ? error.message : "";
    expect(message).not.toContain("\n");
    return message;
  }
});
