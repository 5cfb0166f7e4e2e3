import { readFileSync } from "node:fs";

/** Who has a store open: a process id alone is reused, together with its start it is not. */
export interface Owner {
  readonly pid: number;
  /** Start of the process, in clock ticks since boot, and the boot it belongs to; empty where neither can be read. */
  readonly started: string;
}

/** This process. */
export function thisOwner(): Owner {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether the process that wrote this still runs. A killed one leaves its record behind; it counts for nothing. */
export function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return startOf(owner.pid) === owner.started;
}

// Linux alone tells when a process began, proc(5): field 22 of /proc/<pid>/stat, counted behind the name in brackets.
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Field 3: a zombie has ended and holds nothing; it only waits for its parent to ask, perhaps for ever.
    if (fields[0] === "Z") return "";
    const ticks = fields[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${ticks ?? ""}@${boot}`;
  } catch {
    return "";
  }
}
