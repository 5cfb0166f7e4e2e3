import { followerStoreSuite, MemoryDisk, MemoryFollowerStore } from "../src/index.ts";

followerStoreSuite("memory", async () => {
  const disk = new MemoryDisk();
  return { open: async () => new MemoryFollowerStore(disk), remove: async () => undefined };
});
