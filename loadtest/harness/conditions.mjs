import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem, type } from "node:os";

/** What figures depend on, in one line. @param {string} command */
export function conditions(command) {
  const processors = cpus();
  const parts = [
    `\`${command}\``,
    new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC",
    commit(),
    `${processors.length} cores (${processors[0]?.model.trim() ?? "unknown"})`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `${type()}, Node ${process.version}`,
    "loopback, built JavaScript, fsync on",
    `load average before: ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

function commit() {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const changed = git("status", "--porcelain", "shared", "services") !== "";
    return `commit ${git("rev-parse", "--short", "HEAD")}${changed ? " with changes" : ""}`;
  } catch {
    return "";
  }
}
