import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { cruise } from "./arrow-checker.ts";
import { arrows, manifestOf, packages, root, services, sources } from "./tree.ts";

describe("arrows", () => {
  it("the checker saw every source file", () => {
    const seen = new Set(cruise(root).modules.map(({ source }) => source));
    expect(sources.filter((path) => !seen.has(path))).toEqual([]);
    expect(sources.length).toBeGreaterThan(0);
  });

  it("lists every package", () => {
    const listed = [
      ...arrows.map(({ folder }) => folder),
      ...services.map((name) => `services/${name}`),
    ];
    expect(listed.toSorted()).toEqual(packages.toSorted());
  });

  it.each(packages)("%s depends on nothing of ours but what its arrows allow", (folder) => {
    const { dependencies = {}, devDependencies = {} } = manifestOf(folder);
    const ours = (names: object): string[] =>
      Object.keys(names).filter((name) => name.startsWith("@scrip/"));
    expect(ours(dependencies).filter((name) => !allowed(folder).has(name))).toEqual([]);
    expect(ours(devDependencies).filter((name) => !allowedInTests(folder).has(name))).toEqual([]);
  });
});

/** Names of the packages of ours that `folder` may list as dependencies. */
function allowed(folder: string): ReadonlySet<string> {
  const arrow = arrows.find((candidate) => candidate.folder === folder);
  if (arrow !== undefined)
    return new Set(arrow.ours.map((name) => `@scrip/${name.replace("adapters/", "")}`));
  const shared = packages.filter((name) => name.startsWith("shared/") && name !== "shared/testing");
  const others = services.filter((name) => name !== "cli").map((name) => `services/${name}`);
  return new Set(
    [...shared, ...(folder === "services/all" ? others : [])].map((name) => manifestOf(name).name),
  );
}

/** A service is tested against real adapters; a shared package against what `testing` offers. */
function allowedInTests(folder: string): ReadonlySet<string> {
  const shared = folder.startsWith("services/")
    ? packages.filter((name) => name.startsWith("shared/"))
    : ["shared/testing"];
  return new Set([...allowed(folder), ...shared.map((name) => manifestOf(name).name)]);
}

type Import = readonly [from: string, to: string];

/** Each breaks one rule; the second entry is what is imported, the third the rule that must say so. */
const forbidden: readonly (readonly [...Import, rule: string])[] = [
  ["shared/domain/src/a.ts", "node:fs", "arrows shared/domain"],
  ["shared/domain/src/b.ts", "@scrip/wire", "arrows shared/domain"],
  ["shared/wire/src/a.ts", "lmdb", "arrows shared/wire"],
  ["shared/wire/src/b.ts", "@scrip/domain/src/index.ts", "resolves"],
  ["shared/ports/src/a.ts", "../../wire/src/inner.ts", "one door"],
  ["shared/client/src/a.ts", "node:crypto", "arrows shared/client"],
  ["shared/application/src/a.ts", "@scrip/card-store-lmdb", "arrows shared/application"],
  ["shared/service-kit/src/a.ts", "@scrip/testing", "arrows shared/service-kit"],
  [
    "shared/adapters/card-store-lmdb/src/a.ts",
    "@scrip/vault-lmdb",
    "arrows shared/adapters/card-store-lmdb",
  ],
  [
    "shared/adapters/event-log-embedded/src/a.ts",
    "lmdb",
    "arrows shared/adapters/event-log-embedded",
  ],
  [
    "shared/adapters/vault-lmdb/src/a.ts",
    "@scrip/ledger-state",
    "arrows shared/adapters/vault-lmdb",
  ],
  ["shared/unlisted/src/a.ts", "@scrip/domain", "every package has its arrows"],
  ["services/query/src/app.ts", "@scrip/vault-lmdb", "only container.ts names an adapter"],
  [
    "services/query/src/inner/container.ts",
    "@scrip/vault-lmdb",
    "only container.ts names an adapter",
  ],
  ["services/query/src/b.ts", "tsyringe", "only container.ts names tsyringe"],
  ["services/query/src/c.ts", "@scrip/relay", "arrows services/query"],
  ["services/query/src/d.ts", "@scrip/testing", "no tests in sources"],
  ["services/query/src/e.ts", "../test/a.ts", "no tests in sources"],
  ["services/query/test/b.ts", "@scrip/relay", "arrows services/query"],
  ["services/all/src/a.ts", "@scrip/cli", "arrows services/all"],
  ["shared/state-map/src/loop.ts", "./pool.ts", "no cycle"],
  ["shared/signing/src/browser.ts", "./key-file.ts", "signing's browser door stays out of Node"],
];

const permitted: readonly Import[] = [
  ["shared/wire/src/c.ts", "@scrip/domain"],
  ["shared/wire/src/d.ts", "ajv"],
  ["shared/signing/src/key-file.ts", "node:crypto"],
  ["shared/adapters/card-store-lmdb/src/b.ts", "lmdb"],
  ["shared/adapters/card-store-lmdb/src/c.ts", "node:fs"],
  ["shared/adapters/card-store-lmdb/test/a.ts", "@scrip/testing"],
  ["shared/adapters/ledger-embedded/src/a.ts", "@scrip/ledger-state"],
  ["services/query/src/container.ts", "@scrip/vault-lmdb"],
  ["services/query/src/f.ts", "@scrip/wire"],
  ["services/query/test/a.ts", "@scrip/testing"],
  ["services/all/src/container.ts", "@scrip/relay"],
];

describe("planted imports", () => {
  it("are told apart: every forbidden one is caught under its rule, every permitted one passes", () => {
    const planted = [...forbidden.map(([from, to]) => [from, to] as const), ...permitted];
    const found = new Map<string, string[]>();
    for (const { from, rule } of cruiseOf([
      ...planted,
      ["shared/state-map/src/pool.ts", "./loop.ts"],
    ])) {
      found.set(from, [...(found.get(from) ?? []), rule]);
    }
    const missed = forbidden.filter(([from, , rule]) => found.get(from)?.includes(rule) !== true);
    expect(missed).toEqual([]);
    expect(permitted.filter(([from]) => found.has(from))).toEqual([]);
  });
});

/** Writes one file per import into a tree like ours, half of them `import type`, and cruises it. */
function cruiseOf(imports: readonly Import[]): readonly { from: string; rule: string }[] {
  const top = mkdtempSync(join(tmpdir(), "scrip-arrows-"));
  try {
    write(top, "tsconfig.json", JSON.stringify({ compilerOptions: {} }));
    for (const name of ["lmdb", "ajv", "tsyringe"]) {
      write(top, `node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
      write(top, `node_modules/${name}/index.js`, "");
    }
    for (const folder of packages) {
      const { name } = manifestOf(folder);
      const door = { ".": { source: "./src/index.ts", default: "./dist/index.js" } };
      write(top, `${folder}/package.json`, JSON.stringify({ name, exports: door }));
      write(top, `${folder}/src/index.ts`, "export const thing = 1;\n");
      mkdirSync(join(top, "node_modules/@scrip"), { recursive: true });
      symlinkSync(join(top, folder), join(top, "node_modules", name));
    }
    write(top, "shared/wire/src/inner.ts", "export const thing = 1;\n");
    imports.forEach(([from, to], index) => {
      const statement = `import ${index % 2 === 0 ? "type " : ""}{ thing } from "${to}";`;
      write(top, from, `${statement}\nexport type Seen = typeof thing;\n`);
    });
    return cruise(top).summary.violations.map(({ from, rule }) => ({ from, rule: rule.name }));
  } finally {
    rmSync(top, { recursive: true });
  }
}

function write(top: string, path: string, text: string): void {
  mkdirSync(dirname(join(top, path)), { recursive: true });
  writeFileSync(join(top, path), text);
}
