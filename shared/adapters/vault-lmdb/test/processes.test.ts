import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchId } from "@scrip/domain";
import { SeededIdentity } from "@scrip/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openBatchVault, openHolderVault } from "../src/index.ts";
import { actTogether } from "./act-together.ts";

const chainId = "scrip.example/test";
const child = new URL("act-in-process.ts", import.meta.url).pathname;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scrip-vault-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** A process that says when it is ready, acts when it is told to, and says what it saw. */
function startActing() {
  const args = ["--conditions=source", "--import", "tsx", child, directory, chainId];
  const started = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  started.stdout.on("data", (data: Buffer) => (said += data.toString()));
  const ended = once(started, "close");
  return {
    ready: Promise.race([once(started.stdout, "data"), ended]),
    act: () => started.stdin.end("go\n"),
    seen: ended.then(() => JSON.parse(said.replace("ready\n", "")) as unknown),
  };
}

it("several processes at once get the same holders and seeds, and all see a wipe", async () => {
  const others = [startActing(), startActing()];
  await Promise.all(others.map(({ ready }) => ready));
  for (const { act } of others) act();
  const mine = await actTogether({ directory, chainId }, new SeededIdentity("this process"));
  expect(await Promise.all(others.map(({ seen }) => seen))).toEqual([mine, mine]);

  const vault = await openBatchVault({ directory: join(directory, "batches"), chainId });
  expect(await vault.seed(batchId("00".repeat(16)))).toBe("WIPED");
  await vault.close();
  const holders = openHolderVault({ directory: join(directory, "holders"), chainId });
  expect(await holders.find("holder 0")).toEqual(mine.holders[0]);
  await holders.close();
});
