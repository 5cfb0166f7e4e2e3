import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBatchVault, openCallerDirectory, openHolderVault } from "../src/index.ts";

const chainId = "scrip.example/test";
const kinds = [
  [
    "holder vault",
    async (at: string, chain = chainId) => openHolderVault({ directory: at, chainId: chain }),
  ],
  [
    "batch vault",
    async (at: string, chain = chainId) => openBatchVault({ directory: at, chainId: chain }),
  ],
  [
    "caller directory",
    async (at: string, chain = chainId) => openCallerDirectory({ directory: at, chainId: chain }),
  ],
] as const;

describe.each(kinds)("directory of a %s", (kind, openVault) => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-vault-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function expectRefused(reason: string, at = directory, chain = chainId): Promise<void> {
    const error: unknown = await openVault(at, chain).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "NOT_OURS" });
    expect(String(error)).toContain(`${kind} ${at}: ${reason}`);
    expect(String(error)).not.toContain("\n");
  }

  it("is made when it is not there, for its owner alone", async () => {
    const below = join(directory, "a", "b");
    await (await openVault(below)).close();
    expect((await stat(below)).mode & 0o777).toBe(0o700);
    expect((await stat(join(directory, "a"))).mode & 0o777).toBe(0o700);
  });

  it("is refused when it is of another chain", async () => {
    await (await openVault(directory)).close();
    await expectRefused(`it is of another chain, «${chainId}»`, directory, "scrip.example/other");
    await (await openVault(directory)).close();
  });

  it("is refused when it is of another format or kind", async () => {
    const root = open({ path: directory, maxDbs: 2 });
    const about = root.openDB<string, string>("about", { encoding: "string" });
    await about.put("format", "scrip something, format 9");
    await root.close();
    await expectRefused("it is of another format, «scrip something, format 9»");
  });

  it("is refused when it holds another kind of store", async () => {
    const root = open({ path: directory, maxDbs: 2 });
    await root.openDB<string, string>("cards", { encoding: "string" }).put("a", "b");
    await root.close();
    await expectRefused("it is another kind of store");
  });

  it("is refused when its file is no database", async () => {
    await writeFile(join(directory, "data.mdb"), "not a database".repeat(1000));
    await expectRefused("its data.mdb is no LMDB database");
  });

  it("is refused where nothing can be made", async () => {
    await writeFile(join(directory, "file"), "");
    await expectRefused("it cannot be opened for writing", join(directory, "file", "vault"));
    await mkdir(join(directory, "odd", "data.mdb"), { recursive: true });
    await expectRefused("it cannot be opened for writing", join(directory, "odd"));
  });
});
