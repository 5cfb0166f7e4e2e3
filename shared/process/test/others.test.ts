import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PortError } from "@scrip/ports";
import { openDataDirectory } from "@scrip/service-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { channelKey } from "../src/container.ts";
import { untilThere, whenChainIsThere } from "../src/index.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "scrip-process-"));
});
afterEach(() => rm(root, { recursive: true }));

/** Two processes that start on one data directory. */
const keyAt = (): { secret: string; chainId: string } =>
  channelKey({ directory: openDataDirectory(root) } as Parameters<typeof channelKey>[0]);

describe("the secret between processes", () => {
  it("is made by the first, for its owner alone, and is the same for all", async () => {
    const { secret, chainId } = keyAt();
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(keyAt()).toEqual({ secret, chainId });
    expect((await stat(join(root, "keys", "processes.secret"))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(root, "keys"))).toEqual(["processes.secret"]);
  });

  it("is refused when it is none", async () => {
    keyAt();
    await writeFile(join(root, "keys", "processes.secret"), "short\n");
    expect(keyAt).toThrow(expect.objectContaining({ code: "CORRUPT" }));
  });
});

describe("what another process makes", () => {
  it("is waited for", async () => {
    const directory = openDataDirectory(root);
    let there = false;
    const waiting = whenChainIsThere(directory).then(() => expect(there).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    there = true;
    await writeFile(directory.path("policy.txt"), "a policy");
    await waiting;
  });

  it("is not waited for when it is not what was expected", async () => {
    let asked = 0;
    const open = async (): Promise<never> => {
      asked += 1;
      throw new PortError("NOT_OURS", "another chain");
    };
    await expect(untilThere("a file", open)).rejects.toThrow("another chain");
    expect(asked).toBe(1);
  });
});
