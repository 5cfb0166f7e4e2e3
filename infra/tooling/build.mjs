import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root } from "./install.mjs";
import { workspaces } from "./workspaces.mjs";

/** @typedef {import("./workspaces.mjs").Workspace} Workspace */

/** @type {import("esbuild").BuildOptions} */
const options = {
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  splitting: true,
  sourcemap: true,
  legalComments: "none",
  entryNames: "[name]",
  chunkNames: "chunk-[hash]",
  write: false,
  logLevel: "silent",
};

/**
 * Writes every workspace's `dist/` from its `src/`; a package whose sources are unchanged is left alone.
 * @throws {Error} naming every package that does not compile, after the others were written.
 */
async function build() {
  const startedMs = Date.now();
  const stale = workspaces()
    .map((workspace) => ({ workspace, entries: entryPoints(workspace) }))
    .filter(({ entries }) => entries.length > 0)
    .map((job) => ({ ...job, digest: digestOf(job.workspace) }))
    .filter(({ workspace, digest }) => readStamp(workspace) !== digest);
  if (stale.length === 0) return;

  const esbuild = await import("esbuild");
  const results = await Promise.allSettled(stale.map((job) => buildOne(esbuild, job)));
  // Its helper process would otherwise stay beside the service that starts next.
  await esbuild.stop();
  const failures = results.flatMap((result, index) =>
    result.status === "rejected"
      ? [`${stale[index]?.workspace.dir}: ${String(result.reason.message)}`]
      : [],
  );
  if (failures.length > 0) throw new Error(`does not build\n${failures.join("\n")}`);
  console.log(`built ${stale.length} packages in ${Date.now() - startedMs} ms`);
}

/** @param {Workspace} workspace the sources behind each declared export, and `src/main.ts` */
function entryPoints({ dir, manifest }) {
  const declared = Object.values(manifest.exports ?? {}).flatMap(({ source }) => source ?? []);
  return [...declared, "./src/main.ts"].map((path) => join(root, dir, path)).filter(existsSync);
}

/**
 * @param {typeof import("esbuild")} esbuild
 * @param {{ workspace: Workspace, entries: string[], digest: string }} job
 */
async function buildOne(esbuild, { workspace, entries, digest }) {
  const dist = join(root, workspace.dir, "dist");
  const { outputFiles = [] } = await esbuild.build({
    ...options,
    entryPoints: entries,
    outdir: dist,
  });
  mkdirSync(dist, { recursive: true });
  for (const { path, contents } of outputFiles) writeWhole(path, contents);
  writeWhole(join(dist, ".stamp"), digest);
  const current = new Set([".stamp", ...outputFiles.map(({ path }) => relative(dist, path))]);
  for (const name of readdirSync(dist)) {
    if (!current.has(name) && !name.endsWith(".part"))
      rmSync(join(dist, name), { recursive: true });
  }
}

/**
 * Two builds may run side by side; a rename keeps either from reading half a file.
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

/** @param {Workspace} workspace changes whenever a source, its manifest or this script changes */
function digestOf({ dir }) {
  const hash = createHash("sha256").update(readFileSync(new URL(import.meta.url)));
  const sources = readdirSync(join(root, dir, "src"), { recursive: true }).map(
    (name) => `src/${String(name)}`,
  );
  for (const name of [...sources.sort(), "package.json"]) {
    const { size, mtimeMs } = statSync(join(root, dir, name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** @param {Workspace} workspace */
function readStamp({ dir }) {
  const stamp = join(root, dir, "dist", ".stamp");
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
}

/** Installs what is missing and builds; ends the process, with the reasons printed, when that fails. */
export async function prepare() {
  await ensureInstalled();
  try {
    await build();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await prepare();
