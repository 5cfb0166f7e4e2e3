import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the whole repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export type Manifest = {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, { readonly source: string }>>;
};

export type Arrow = {
  readonly folder: string;
  readonly ours: readonly string[];
  readonly npm: readonly string[];
};

/** The table the arrow checker itself works from. */
export const { arrows, services } = (
  createRequire(import.meta.url)("../../.dependency-cruiser.cjs") as {
    readonly arrows: { readonly arrows: readonly Arrow[]; readonly services: readonly string[] };
  }
).arrows;

/** Folders of all workspace packages, relative to the root. */
export const packages: readonly string[] = ["shared", "shared/adapters", "services"].flatMap(
  (parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "adapters")
      .map((entry) => `${parent}/${entry.name}`),
);

export const read = (path: string): string => readFileSync(join(root, path), "utf8");
export const manifestOf = (folder: string): Manifest =>
  JSON.parse(read(`${folder}/package.json`)) as Manifest;

const generated = new Set([".git", ".scrip", "coverage", "dist", "node_modules"]);

/** Every file git has or would take (ignored ones left out), relative to the root. */
export const files: readonly string[] = listFiles();

function listFiles(): readonly string[] {
  const onDisk = readdirRecursive(root);
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const listed = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 << 20 });
  // Without git (an unpacked archive) there is nothing to ignore but what is left out below.
  if (listed.status !== 0) return onDisk;
  const known = new Set(listed.stdout.split("\0"));
  return onDisk.filter((path) => known.has(path));
}

function readdirRecursive(top: string): string[] {
  return readdirSync(top, { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    if (!entry.isDirectory()) return [entry.name];
    return readdirRecursive(join(top, entry.name)).map((name) => `${entry.name}/${name}`);
  });
}

/** TypeScript sources of our packages, tests left out. */
export const sources = files.filter((path) => /^(shared|services)\/.*\/src\/.*\.ts$/.test(path));
