import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const sources = join(import.meta.dirname, "go");
const tools = join(import.meta.dirname, "../../.scrip/tools");
const buildTimeoutMs = 240_000;

/**
 * Builds the checker written in Go, once per state of its sources, and gives the path of the program.
 * `missing` says why it cannot be had: no Go here, or its one module cannot be downloaded. A program
 * that does not compile is a fault, not a missing tool.
 */
export async function goTool(): Promise<string | { readonly missing: string }> {
  const program = join(tools, `conformance-${await sourceDigest()}`);
  if (existsSync(program)) return program;
  const missing = await whyMissing();
  if (missing !== undefined) return { missing };
  await mkdir(tools, { recursive: true });
  const draft = `${program}.${randomBytes(4).toString("hex")}`;
  await run("go", ["build", "-o", draft, "."], { cwd: sources, timeout: buildTimeoutMs });
  await rename(draft, program);
  return program;
}

async function whyMissing(): Promise<string | undefined> {
  try {
    await run("go", ["mod", "download"], { cwd: sources, timeout: buildTimeoutMs });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") return "go is not installed";
    const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr : "";
    return `go cannot get the modules of the checker: ${said.trim().split("\n", 1).join("")}`;
  }
}

async function sourceDigest(): Promise<string> {
  const digest = createHash("sha256");
  const names = (await readdir(sources)).filter((name) => /\.go$|^go\.(mod|sum)$/.test(name));
  for (const name of names.sort()) digest.update(name).update(await readFile(join(sources, name)));
  return digest.digest("hex").slice(0, 16);
}
