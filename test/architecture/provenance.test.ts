import { describe, expect, it } from "vitest";
import { files, packages, read } from "./tree.ts";

const manifests = ["package.json", ...packages.map((folder) => `${folder}/package.json`)];
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Hosts packages are brought from: each machine has its own, so no file may name one. */
const registryHost = new RegExp(
  ["registry\\.", "\\.pythonhosted\\.", "proxy\\.golang\\.", "repo1?\\.maven\\."]
    .map((host) => `//[^/\\s]*${host}`)
    .join("|"),
);
/** Folders of somebody's machine, where a path starts. */
const machinePath = /(^|[\s"'`(=:,])(\/(work|home|root|Users)\/\w|[A-Z]:\\Users\\)/m;

describe("where things come from", () => {
  it.each(manifests)("%s names exact versions", (path) => {
    const manifest = JSON.parse(read(path)) as Record<string, Record<string, unknown> | undefined>;
    const fields = [
      "dependencies",
      "devDependencies",
      "optionalDependencies",
      "peerDependencies",
      "overrides",
    ];
    const wanted = fields.flatMap((field) => Object.entries(manifest[field] ?? {}));
    expect(
      wanted.filter(([, version]) => typeof version !== "string" || !exact.test(version)),
    ).toEqual([]);
  });

  it("keeps overrides effective in the lock file", () => {
    const { overrides = {} } = JSON.parse(read("package.json")) as {
      overrides?: Record<string, string>;
    };
    for (const [name, version] of Object.entries(overrides)) {
      expect(lockedVersions(name), name).toEqual([version]);
    }
  });

  it("locks the builds of every platform, not only of the one it was written on", () => {
    const { packages: locked } = lock();
    const names = new Set(Object.keys(locked).map((path) => path.split("node_modules/").at(-1)));
    const wanted = Object.values(locked).flatMap((one) =>
      Object.keys(one.optionalDependencies ?? {}),
    );
    expect(wanted.length).toBeGreaterThan(50);
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  it("locks nothing that refuses the oldest Node we run on", () => {
    const tooNew = Object.entries(lock().packages).filter(
      ([, { engines, optional }]) => optional !== true && onlyNewer(engines?.node),
    );
    expect(tooNew.map(([path]) => path)).toEqual([]);
  });

  it("names no registry host and no folder of a machine", () => {
    const text = files
      .map((path) => ({ path, content: read(path) }))
      .filter(({ content }) => !content.includes("\0"));
    expect(
      text.filter(({ content }) => registryHost.test(content)).map(({ path }) => path),
    ).toEqual([]);
    expect(text.filter(({ content }) => machinePath.test(content)).map(({ path }) => path)).toEqual(
      [],
    );
    const resolved = Object.values(lock().packages).filter(({ resolved: from }) =>
      /^\w+:\/\//.test(from ?? ""),
    );
    expect(resolved).toEqual([]);
    expect(text.length).toBeGreaterThan(50);
  });

  it("would notice either", () => {
    expect(registryHost.test(["https:", "", "registry.example.org", "a.tgz"].join("/"))).toBe(true);
    expect(machinePath.test(["cd ", "home", "someone"].join("/"))).toBe(true);
    expect(machinePath.test("GET https://example.org/home/page and services/work/x")).toBe(false);
  });
});

type Locked = {
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
};

function lock(): { readonly packages: Readonly<Record<string, Locked>> } {
  return JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
}

function lockedVersions(name: string): readonly (string | undefined)[] {
  const found = Object.entries(lock().packages).filter(([path]) =>
    path.endsWith(`node_modules/${name}`),
  );
  return [...new Set(found.map(([, { version }]) => version))];
}

/** Whether every alternative of an `engines.node` range starts above Node 20. */
function onlyNewer(range: string | undefined): boolean {
  if (range === undefined) return false;
  const lowest = range.split("||").map((part) => Number(/\d+/.exec(part)?.[0] ?? 0));
  return Math.min(...lowest) > 20;
}
