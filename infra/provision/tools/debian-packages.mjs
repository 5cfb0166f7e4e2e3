import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "../tool.mjs";

/** @typedef {{ name: string, version: string, sha256: string }} Package */

/**
 * Fetches packages of the distribution and unpacks them into a folder: nothing is installed, no service starts, and no
 * root is needed. apt checks each against the distribution's signature.
 * @param {{ folder: string, wanted: readonly string[], progress: (line: string) => void }} job `folder` is empty; each
 *   of `wanted` is a package's name
 * @returns {Promise<Package[]>} what was unpacked into `folder`/root
 */
export async function unpackPackages({ folder, wanted, progress }) {
  const debs = join(folder, "debs");
  mkdirSync(debs, { recursive: true });
  await download(folder, { debs, wanted, progress });
  const files = readdirSync(debs)
    .filter((name) => name.endsWith(".deb"))
    .sort();
  /** @type {Package[]} */
  const packages = [];
  for (const file of files) {
    const path = join(debs, file);
    const bytes = readFileSync(path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const [name = "", version = ""] = (
      await outputOf("dpkg-deb", ["-W", "--showformat=${Package} ${Version}", path])
    ).split(" ");
    progress(`${name} ${version}, ${Math.ceil(bytes.length / 1000)} kB`);
    await outputOf("dpkg-deb", ["-x", path, join(folder, "root")]);
    packages.push({ name, version, sha256 });
  }
  return packages;
}

/**
 * With the package lists that this machine has; where it has none, or old ones, with newest ones of our own.
 * @param {string} folder
 * @param {{ debs: string, wanted: readonly string[], progress: (line: string) => void }} job
 */
async function download(folder, job) {
  try {
    await downloadWith([], job);
  } catch {
    job.progress("this machine's package lists do not do, fetching newer ones");
    const own = ownLists(folder);
    await outputOf("apt-get", [...own, "update"]);
    await downloadWith(own, job);
  }
}

/**
 * @param {readonly string[]} options
 * @param {{ debs: string, wanted: readonly string[] }} job
 */
async function downloadWith(options, { debs, wanted }) {
  const libraries = await librariesOf(options, wanted);
  await outputOf("apt-get", [...options, "download", ...wanted, ...libraries], { cwd: debs });
}

/**
 * The libraries that the packages name and this machine does not have.
 * @param {readonly string[]} options
 * @param {readonly string[]} wanted
 */
async function librariesOf(options, wanted) {
  const listed = await outputOf("apt-cache", [...options, "depends", "--important", ...wanted]);
  const named = [...listed.matchAll(/^\s*(?:Pre)?Depends: (lib[^\s:<>]+)/gm)].map(
    ([, name = ""]) => name,
  );
  const missing = [];
  for (const name of new Set(named)) if (!(await isInstalled(name))) missing.push(name);
  return missing;
}

/** @param {string} name */
const isInstalled = (name) =>
  outputOf("dpkg-query", ["-W", "--showformat=${db:Status-Status}", name]).then(
    (status) => status === "installed",
    () => false,
  );

/** @param {string} folder */
function ownLists(folder) {
  const [lists, cache] = [join(folder, "lists"), join(folder, "cache")];
  mkdirSync(join(lists, "partial"), { recursive: true });
  mkdirSync(join(cache, "archives/partial"), { recursive: true });
  // Without a user of its own: root's apt would otherwise need a folder that everybody may read.
  const settings = [`Dir::State::Lists=${lists}`, `Dir::Cache=${cache}`, "APT::Sandbox::User="];
  return settings.flatMap((setting) => ["-o", setting]);
}
