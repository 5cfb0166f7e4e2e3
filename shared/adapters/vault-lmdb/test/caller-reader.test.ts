import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Caller, CallerDirectory, KeyOrder } from "@scrip/ports";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CallerReader, openCallerDirectory, openCallerReader } from "../src/index.ts";

const chainId = "scrip.example/test";
const finder = new URL("find-in-process.ts", import.meta.url).pathname;
const revoker = new URL("revoke-in-process.ts", import.meta.url).pathname;
const source = ["--conditions=source", "--import", "tsx"];
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const till: Caller = {
  participantId: "store-7",
  role: "ACCEPTOR",
  scope: { programs: "*", participants: [], holdersAct: false },
};
const order: KeyOrder = {
  keyId: "0a".repeat(16),
  keyHash: hashOf("a"),
  caller: till,
  madeAtMs: 1,
  bodyHash: hashOf("body"),
  follows: null,
};

describe("who reads a caller directory that another process owns", () => {
  let directory: string;
  let callers: CallerDirectory;
  const readers: CallerReader[] = [];
  const reader = (at = directory, chain = chainId): CallerReader => {
    const opened = openCallerReader({ directory: at, chainId: chain });
    readers.push(opened);
    return opened;
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-callers-"));
    callers = openCallerDirectory({ directory, chainId });
  });
  afterEach(async () => {
    for (const one of readers.splice(0)) await one.close();
    await callers.close();
    await rm(directory, { recursive: true });
  });

  it("sees at once what the owner makes and ends, in other processes", async () => {
    const child = spawn(process.execPath, [...source, finder, directory, chainId, hashOf("a")]);
    const said: string[] = [];
    const answer = async (): Promise<string> => {
      child.stdin.write("find\n");
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      said.push(line.toString().trim());
      return said.at(-1) ?? "";
    };
    expect(await answer()).toBe("nobody");
    await callers.make(order);
    expect(await answer()).toBe("store-7");
    expect(await answer()).toBe("store-7");
    await callers.revoke(order.keyId, 5_000);
    expect(await answer()).toBe("nobody");
    child.stdin.end();
    await once(child, "close");
  });

  it("sees at once what another process ends, though it was at hand", async () => {
    await callers.make(order);
    const reading = reader();
    expect(await reading.find(hashOf("a"))).toEqual(till);
    const args = [...source, revoker, directory, chainId, order.keyId];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe("REVOKED\n");
    expect(await reading.find(hashOf("a"))).toBeUndefined();
  });

  it("cannot write", async () => {
    const reading = reader() as CallerDirectory;
    await expect(reading.make(order)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await callers.find(hashOf("a"))).toBeUndefined();
  });

  it("leaves no trace where nothing is, and says that it may come", async () => {
    const missing = join(directory, "elsewhere");
    expect(() => reader(missing)).toThrow(expect.objectContaining({ code: "UNAVAILABLE" }));
    expect(() => reader(missing)).toThrow("nothing is there yet");
    const made = openCallerDirectory({ directory: missing, chainId });
    await made.make(order);
    expect(await reader(missing).find(hashOf("a"))).toEqual(till);
    await made.close();
  });

  it("is refused a directory of another chain", () => {
    expect(() => reader(directory, "scrip.example/other")).toThrow("it is of another chain");
  });
});
