import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAtLeast, outputOf, toolsFolder } from "../tool.mjs";
import { unpackPackages } from "./debian-packages.mjs";

/**
 * @typedef {{ version: string, from: string, server: string, env: Record<string, string> }} FoundRedis `server` is the
 *   program, `env` what it needs beside its environment.
 */

const leastVersion = "7.0";
const folder = join(toolsFolder, "redis");
const howToGet = `a «redis-server» ${leastVersion} or later on PATH will do (Debian: apt-get install redis-server; macOS: brew install redis)`;

/** What this was tried with; another version of the distribution is taken too, and recorded. */
const tried = {
  version: "5:7.0.15-1~deb12u10",
  /** Of the packages for amd64. @type {Record<string, string>} */
  sha256: {
    "redis-server": "784e17b51024ff878fd7d709a68346658fa9b21f6de740cb75e474f28790971c",
    "redis-tools": "f791cfcbf3054832bd6e786546acb0d4e046888f8e63bcf567c1c65fbfaf69e2",
  },
};

export const name = "redis";
export const describe = `Redis ${leastVersion} or later`;

/**
 * What is there already, or in words what is missing.
 * @returns {Promise<FoundRedis | import("../tool.mjs").Missing>}
 */
export async function find() {
  const onPath = await serverAt("redis-server", {}, "PATH");
  if (!("missing" in onPath)) return onPath;
  const own = join(folder, "usr/bin/redis-server");
  if (existsSync(own)) return await serverAt(own, { LD_LIBRARY_PATH: libraries() }, folder);
  const why = onPath.missing === "" ? "" : ` (${onPath.missing})`;
  return { missing: `${describe} is not provisioned${why}: npm run provision` };
}

/**
 * Brings it. @param {(line: string) => void} progress
 * @throws {Error} that says what is missing and how to get it; nothing is left half done then
 */
export async function install(progress) {
  for (const program of ["apt-get", "dpkg-deb"])
    await outputOf(program, ["--version"]).catch(() => {
      throw new Error(`there is no ${program} here to bring Redis with; ${howToGet}`);
    });
  const part = `${folder}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  try {
    const wanted = ["redis-server", "redis-tools"];
    const packages = await unpackPackages({ folder: part, wanted, progress });
    requireTried(packages, progress);
    writeFileSync(join(part, "root/packages.json"), `${JSON.stringify(packages, null, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(part, "root"), folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Debian's package cannot be had: ${reason}\n${howToGet}`, { cause: error });
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  const found = await find();
  if ("missing" in found) throw new Error(`${found.missing}; ${howToGet}`);
}

/**
 * The version that was tried has to be exactly what was tried; of another one only apt knows that it is genuine.
 * @param {readonly import("./debian-packages.mjs").Package[]} packages
 * @param {(line: string) => void} progress
 */
function requireTried(packages, progress) {
  for (const { name, version, sha256 } of packages) {
    const known = tried.sha256[name];
    if (known === undefined || process.arch !== "x64") continue;
    if (version !== tried.version) progress(`${name}: tried with ${tried.version}, got ${version}`);
    else if (sha256 !== known) throw new Error(`${name} ${version} is not the file that was tried`);
  }
}

/** The folders of the libraries that were brought with it. */
function libraries() {
  const top = join(folder, "usr/lib");
  if (!existsSync(top)) return "";
  const named = readdirSync(top).filter((name) => name.includes("-linux-"));
  return named.map((name) => join(top, name)).join(":");
}

/**
 * @param {string} server
 * @param {Record<string, string>} env
 * @param {string} from
 * @returns {Promise<FoundRedis | import("../tool.mjs").Missing>}
 */
async function serverAt(server, env, from) {
  const said = await outputOf(server, ["--version"], { env: { ...process.env, ...env } }).catch(
    () => "",
  );
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined) return { missing: "" };
  if (!isAtLeast(version, leastVersion))
    return { missing: `the one on ${from} is ${version}, too old` };
  return { version, from, server, env };
}
