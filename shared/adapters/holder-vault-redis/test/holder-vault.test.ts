import { holderVaultSuite, SeededIdentity } from "@scrip/testing";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { ask } from "../../../../infra/redis/ask.mjs";
import { startRedis } from "../../../../infra/redis/server.mjs";
import { temporaryDirectory } from "../../../../test/stage/temporary.ts";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { type HolderVaultOptions, openHolderVault } from "../src/index.ts";

const chainId = "scrip.example/test";
const random = new SeededIdentity("holder vault on Redis");
const hex = (count: number): string => Buffer.from(random.randomBytes(count)).toString("hex");
const propose = () => ({ walletId: hex(20), salt: hex(32) });

await withTool(redis, async (found) => {
  const directory = temporaryDirectory("redis");
  const dataDir = `${directory.path}/shared`;
  const started = [await startRedis({ redis: found, dataDir })];
  const server = () => started.at(-1) ?? started[0];
  const port = server()?.port ?? 0;
  const options: HolderVaultOptions = { host: "127.0.0.1", port, database: 3, chainId };
  afterAll(async () => {
    for (const one of started) await one.stop();
    directory.remove();
  });
  const empty = async () => void (await ask(port, ["FLUSHALL"]));

  holderVaultSuite("Redis", async () => ({
    open: () => openHolderVault(options),
    remove: empty,
  }));

  describe("holder vault on Redis", () => {
    afterEach(empty);

    it("is one vault for all who open it", async () => {
      const [one, other] = [await openHolderVault(options), await openHolderVault(options)];
      const asked = Array.from({ length: 40 }, (_, at) =>
        (at % 2 === 0 ? one : other).identify("ann", propose()),
      );
      const [first, ...others] = await Promise.all(asked);
      expect(others).toEqual(others.map(() => first));
      await one.forget("ann");
      expect(await other.find("ann")).toBeUndefined();
      await one.close();
      await other.close();
    });

    it("tells everybody of more than one page", async () => {
      const vault = await openHolderVault(options);
      const kept = Array.from({ length: 1_300 }, (_, at) => vault.identify(`h-${at}`, propose()));
      const wallets = new Set((await Promise.all(kept)).map(({ walletId }) => walletId));
      const told = new Set<string>();
      for await (const { walletId } of vault.identities()) told.add(walletId);
      expect(told).toEqual(wallets);
      await vault.close();
    });

    it("leaves the other databases of the server alone", async () => {
      const vault = await openHolderVault(options);
      await vault.identify("ann", propose());
      expect(await ask(port, ["DBSIZE"])).toBe("0");
      await vault.close();
    });

    it("is refused when it is of another chain, or somebody else's", async () => {
      await (await openHolderVault(options)).close();
      const other = { ...options, chainId: "scrip.example/other" };
      await expect(openHolderVault(other)).rejects.toMatchObject({ code: "NOT_OURS" });
      await ask(port, ["SET", "somebody", "else"]);
      const taken = openHolderVault({ ...options, database: 0 });
      await expect(taken).rejects.toThrow("something else");
    });

    it("serves no record whose bytes have changed", async () => {
      const vault = await openHolderVault({ ...options, database: 0 });
      await vault.identify("ann", propose());
      const key = `h:${Buffer.from("ann", "utf16le").toString("latin1")}`;
      await ask(port, ["SETRANGE", key, "20", "x"]);
      await expect(vault.find("ann")).rejects.toMatchObject({ code: "CORRUPT" });
      await expect(vault.identify("ann", propose())).rejects.toMatchObject({ code: "CORRUPT" });
      await vault.close();
    });

    it("refuses a server that may lose what it acknowledged", async () => {
      const settings = { appendfsync: "everysec" };
      const lossy = await startRedis({
        redis: found,
        dataDir: `${directory.path}/lossy`,
        settings,
      });
      const there = { ...options, port: lossy.port };
      await expect(openHolderVault(there)).rejects.toThrow("appendfsync everysec, not always");
      await (await openHolderVault({ ...there, anySettings: true })).close();
      await lossy.stop();
    });

    it("has after a kill what it acknowledged, over the same connection", async () => {
      const vault = await openHolderVault(options);
      const first = propose();
      await vault.identify("ann", first);
      await server()?.kill();
      await expect(vault.find("ann")).rejects.toMatchObject({ code: "UNAVAILABLE" });
      started.push(await startRedis({ redis: found, dataDir, port }));
      await expect
        .poll(() => vault.identify("ann", propose()).catch(() => null), { timeout: 10_000 })
        .toEqual(first);
      await vault.close();
    });

    it("is unavailable where no server is", async () => {
      const vault = await openHolderVault(options);
      await vault.close();
      await expect(vault.find("ann")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });
  });
});
