import { spawn } from "node:child_process";
import { join } from "node:path";
import { provision } from "../provision/provision.mjs";
import { prepare } from "./build.mjs";
import { root } from "./install.mjs";

await prepare();

const given = process.argv.slice(2);
const unit = given.includes("--unit");
// What cannot be had is said now; the tests that need it are skipped, or fail with CI=true.
if (!unit) await provision([]);
const reporters = given.some((arg) => arg.startsWith("--reporter")) ? [] : ["--reporter=default"];
const args = [
  join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  ...reporters,
  `--reporter=${join(root, "infra/tooling/skip-reporter.mjs")}`,
  ...(unit ? ["--project", "unit"] : []),
  ...given.filter((arg) => arg !== "--unit"),
];
const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
