import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./tree.ts";

export type Cruise = {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
};

/** Runs the arrow checker, with the repository's own rules, over the packages below `top`. */
export function cruise(top: string): Cruise {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [
    program,
    "--config",
    join(root, ".dependency-cruiser.cjs"),
    "--output-type",
    "json",
  ];
  const run = spawnSync(process.execPath, [...args, "shared", "services"], {
    cwd: top,
    encoding: "utf8",
    maxBuffer: 256 << 20,
  });
  if (!run.stdout.startsWith("{")) throw new Error(`the arrow checker did not run: ${run.stderr}`);
  return JSON.parse(run.stdout) as Cruise;
}
