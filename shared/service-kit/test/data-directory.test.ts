import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataDirectory } from "../src/index.ts";

// Every start sees what the first of two starts at once sees: nothing is there yet.
vi.mock("node:fs", async (original) => ({
  ...(await original<object>()),
  existsSync: () => false,
}));

describe("a data directory", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "scrip-data-"));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it("keeps the chain of the first start when two start at once", async () => {
    const { settings } = openDataDirectory(root);
    expect(settings).toMatchObject({ format: 1, shards: 16 });
    expect(openDataDirectory(root).settings).toEqual(settings);
    expect(await readdir(root)).toEqual(["scrip.json"]);
  });
});
