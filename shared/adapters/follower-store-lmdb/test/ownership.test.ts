import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openFollowerStore } from "../src/index.ts";
import { isAlive } from "../src/owner.ts";

const chainId = "scrip.example/test";
const holder = new URL("hold-store.ts", import.meta.url).pathname;

describe("ownership of a directory", () => {
  let directory: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-follower-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    await rm(directory, { recursive: true });
  });

  /** Starts a process that opens the directory; gives its line. */
  async function hold(): Promise<{ child: ChildProcess; line: string }> {
    const args = ["--conditions=source", "--import", "tsx", holder, directory, chainId];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, line: line.toString().trim() };
  }

  it("is refused while another process has it, and taken at once when that one was killed", async () => {
    const { child, line } = await hold();
    expect(line).toBe("holding");
    const refused = `follower store ${directory}: process ${child.pid} has it open`;
    expect(() => openFollowerStore({ directory, chainId })).toThrow(refused);
    await kill(child);
    const store = openFollowerStore({ directory, chainId });
    expect((await hold()).line).toContain(`process ${process.pid} has it open`);
    await store.close();
    expect((await hold()).line).toBe("holding");
  });

  it.runIf(process.platform === "linux")(
    "is not held by a process that has ended and that nobody asked after",
    async () => {
      // The inner shell says its id and ends; `sleep` has taken the outer one's place and never asks for it.
      const script =
        'sh -c "read -r line < /proc/self/stat; echo \\$line; sleep 0.2" & exec sleep 20';
      const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const fields = line.toString().trim().split(" ");
        const pid = Number(fields[0]);
        const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
        const owner = { pid, started: `${fields[21] ?? ""}@${boot}` };
        expect(isAlive(owner)).toBe(true);
        await vi.waitFor(() => expect(isAlive(owner)).toBe(false), { timeout: 10_000 });
        expect(() => process.kill(pid, 0)).not.toThrow();
      } finally {
        parent.kill();
      }
    },
  );

  it("is refused to another chain", async () => {
    await openFollowerStore({ directory, chainId }).close();
    const other = { directory, chainId: "scrip.example/other" };
    expect(() => openFollowerStore(other)).toThrow(`it belongs to another chain («${chainId}»)`);
  });

  it("is refused when it is of another format", async () => {
    const root = open({ path: directory, maxDbs: 2 });
    const about = root.openDB<string, string>("about", { encoding: "string" });
    await about.put("format", "scrip follower store, format 0");
    await root.close();
    expect(() => openFollowerStore({ directory, chainId })).toThrow("it is of another format");
  });

  it("is refused when it holds another kind of store", async () => {
    const root = open({ path: directory, maxDbs: 2 });
    await root.openDB<string, string>("cards", { encoding: "string" }).put("a", "b");
    await root.close();
    expect(() => openFollowerStore({ directory, chainId })).toThrow("another kind of store");
  });

  it("is refused when its file is no database", async () => {
    await writeFile(join(directory, "data.mdb"), "not a database".repeat(1000));
    expect(() => openFollowerStore({ directory, chainId })).toThrow(
      expect.objectContaining({ code: "NOT_OURS" }),
    );
  });

  it("is refused where nothing can be made", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    const below = { directory: join(file, "store"), chainId };
    expect(() => openFollowerStore(below)).toThrow(expect.objectContaining({ code: "NOT_OURS" }));
  });

  // Root may write everywhere, so there it says nothing.
  it("is refused where nothing can be written", async (context) => {
    context.skip(process.getuid?.() === 0, "root may write and delete everywhere");
    await chmod(directory, 0o500);
    expect(() => openFollowerStore({ directory, chainId })).toThrow(
      expect.objectContaining({ code: "NOT_OURS" }),
    );
    await chmod(directory, 0o700);
  });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
