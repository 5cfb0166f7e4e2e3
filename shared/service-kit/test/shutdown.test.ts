import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Closing } from "../src/index.ts";

const program = fileURLToPath(new URL("stopping.ts", import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line that starts so. */
  readonly line: (start: string) => Promise<string>;
}

function start(...args: string[]): Started {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", program, ...args],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  return {
    child,
    lines,
    line: async (start) => {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start));
        if (found !== undefined) return found;
        await once(reader, "line");
      }
    },
  };
}

describe("stopping", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s: answers what is under way, closes in reverse, exits 0",
    async (signal) => {
      const { child, lines, line } = start();
      const url = (await line("at ")).slice(3);
      const slow = fetch(`${url}/slow`);
      await line("slow begun");
      child.kill(signal);
      expect(await (await slow).json()).toEqual({ stopping: true });
      expect(await once(child, "exit")).toEqual([0, null]);
      expect(lines.slice(2)).toEqual(["closing", "relay closed", "store closed"]);
    },
  );

  it("takes a signal that comes with another for its echo, and still answers and exits 0", async () => {
    const { child, line } = start();
    const url = (await line("at ")).slice(3);
    const slow = fetch(`${url}/slow`);
    await line("slow begun");
    // Two different ones, because the kernel would merge two of the same.
    child.kill("SIGINT");
    child.kill("SIGTERM");
    expect(await (await slow).json()).toEqual({ stopping: true });
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("closes the rest when one fails, and exits 1", async () => {
    const { child, lines, line } = start("broken");
    await line("at ");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(lines.slice(1)).toEqual(["closing", "relay closed", "store closed"]);
  });

  it("closes each thing once, the last opened first, and logs what fails", async () => {
    const order: string[] = [];
    const errors: unknown[] = [];
    const log = { error: (fault: unknown) => void errors.push(fault) };
    const closing = new Closing();
    closing.add("a", () => Promise.resolve(void order.push("a")));
    closing.add("b", () => Promise.reject(new Error("stuck")));
    closing.add("c", () => Promise.resolve(void order.push("c")));
    expect(await closing.closeAll(log)).toBe(false);
    expect(order).toEqual(["c", "a"]);
    expect(errors).toEqual([expect.objectContaining({ closing: "b" })]);
    expect(await closing.closeAll(log)).toBe(true);
    expect(order).toEqual(["c", "a"]);
  });
});
