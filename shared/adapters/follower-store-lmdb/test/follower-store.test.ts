import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { followerStoreSuite } from "@scrip/testing";
import { openFollowerStore } from "../src/index.ts";

followerStoreSuite("LMDB", async () => {
  const directory = await mkdtemp(join(tmpdir(), "scrip-follower-"));
  return {
    open: async () => openFollowerStore({ directory, chainId: "scrip.example/test" }),
    remove: () => rm(directory, { recursive: true }),
  };
});
