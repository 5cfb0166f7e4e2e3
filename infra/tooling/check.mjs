import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, root } from "./install.mjs";

const atOnceMax = 2;
const folders = ["shared", "services", "test", "infra", "loadtest"].filter((name) =>
  existsSync(join(root, name)),
);

/** @type {Array<{ name: string, command: string[] }>} */
const checks = [
  { name: "types", command: ["typescript/bin/tsc", "-p", "."] },
  { name: "lint", command: ["oxlint/bin/oxlint", "--type-aware", "--deny-warnings", ...folders] },
  { name: "format", command: ["prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."] },
  {
    name: "arrows",
    command: [
      "dependency-cruiser/bin/dependency-cruise.mjs",
      "--config",
      ".dependency-cruiser.cjs",
      ...folders,
    ],
  },
  { name: "dead code", command: ["knip/bin/knip.js", "--no-progress", "--no-config-hints"] },
];

await ensureInstalled();
const waiting = [...checks];
let failed = 0;
await Promise.all(Array.from({ length: atOnceMax }, worker));
console.log(`checks: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function worker() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const startedMs = Date.now();
    const { code, output } = await run(check.command);
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    console.log(`${code === 0 ? "✓" : "✗"} ${check.name} (${seconds} s)`);
    if (code !== 0) {
      failed += 1;
      console.log(output.trimEnd());
    }
  }
}

/** @param {string[]} command a script under node_modules, then its arguments */
function run([script = "", ...args]) {
  const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  return new Promise((/** @type {(done: { code: number, output: string }) => void} */ resolve) => {
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
