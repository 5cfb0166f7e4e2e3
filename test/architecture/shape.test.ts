import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { files, manifestOf, packages, read, sources } from "./tree.ts";

const folderEntriesMax = 14;
const sourceLinesMax = 320;
const readmeLinesMax = 15;
const vague = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];

describe("shape of the tree", () => {
  it("has no crowded source folder", () => {
    const entries = new Map<string, Set<string>>();
    for (const path of files.filter((file) => /^(shared|services)\/.*\/src\//.test(file))) {
      for (let child = path; basename(child) !== "src"; child = dirname(child)) {
        const folder = dirname(child);
        entries.set(folder, (entries.get(folder) ?? new Set()).add(child));
      }
    }
    // A folder's door is no entry: it is found without looking.
    for (const [folder, children] of entries) children.delete(`${folder}/index.ts`);
    const crowded = [...entries].filter(([, children]) => children.size > folderEntriesMax);
    expect(crowded.map(([folder, children]) => `${folder}: ${children.size}`)).toEqual([]);
  });

  it("has no source file too long to be read at once", () => {
    const long = sources
      .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
      .filter(({ lines }) => lines > sourceLinesMax);
    expect(long).toEqual([]);
  });

  it("names files and folders after a thing or an act", () => {
    const named = files.filter((path) =>
      path
        .split("/")
        .some((part) => vague.some((word) => new RegExp(`(^|[-.])${word}([-.]|$)`).test(part))),
    );
    expect(named).toEqual([]);
  });

  it.each(packages)("%s has a short README with one title", (folder) => {
    const text = read(`${folder}/README.md`);
    const titles = text.replaceAll(/^```[^]*?^```/gm, "").match(/^#+ .*$/gm);
    expect(titles).toEqual([`# ${manifestOf(folder).name}`]);
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(readmeLinesMax);
  });

  it.each(packages)("%s has the doors it declares", (folder) => {
    const doors = Object.values(manifestOf(folder).exports ?? {}).map(({ source }) =>
      source.replace(/^\./, folder),
    );
    expect(doors.length).toBeGreaterThan(0);
    expect(doors.filter((path) => !files.includes(path))).toEqual([]);
  });
});
