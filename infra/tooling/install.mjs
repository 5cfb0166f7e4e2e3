// Runs before anything is installed, perhaps under an old Node: built-in modules and plain syntax only.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the whole repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

const stampFile = join(root, "node_modules", ".scrip-lock-sha256");
const progressEveryMs = 5_000;

/**
 * Makes `node_modules` agree with `package-lock.json`; quick when it already does.
 * Ends the process with one line when this Node is too old or npm fails.
 */
export async function ensureInstalled() {
  refuseOldNode();
  const lock = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === hash) return;
  if (!agreesWith(JSON.parse(lock.toString("utf8")))) await npmCi();
  writeFileSync(stampFile, hash);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Scrip needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/**
 * Whether npm's own record of what it installed holds every required package of the lock file,
 * so that a developer's `npm install` is not thrown away and done again.
 * @param {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> }} lock
 */
function agreesWith(lock) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === "" || !path.includes("node_modules/")) return true;
    if (installed[path] === undefined) return wanted.optional === true;
    return installed[path].version === wanted.version && existsSync(join(root, path));
  });
}

async function npmCi() {
  console.log("installing what package-lock.json names (npm ci)");
  const startedMs = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - startedMs) / 1000);
    console.log(`  ${seconds} s, ${countPackages()} packages unpacked`);
  }, progressEveryMs);
  const code = await run(["ci", "--include=dev", "--no-audit", "--no-fund"]);
  clearInterval(timer);
  if (code !== 0) {
    console.error(`npm ci failed with exit code ${code}; nothing was started.`);
    process.exit(1);
  }
  console.log(`installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

/** @param {string[]} args @returns {Promise<number>} npm's exit code */
function run(args) {
  // Under `npm start` the very npm that runs us is named in npm_execpath.
  const own = process.env.npm_execpath;
  const viaNode = own !== undefined && /\.c?js$/.test(own);
  const child = viaNode
    ? spawn(process.execPath, [own, ...args], {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
      })
    : spawn("npm", args, {
        cwd: root,
        stdio: ["ignore", "inherit", "inherit"],
        shell: process.platform === "win32",
      });
  return new Promise((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function countPackages() {
  const top = join(root, "node_modules");
  if (!existsSync(top)) return 0;
  return readdirSync(top).reduce((sum, name) => {
    if (name.startsWith(".")) return sum;
    return sum + (name.startsWith("@") ? readdirSync(join(top, name)).length : 1);
  }, 0);
}
