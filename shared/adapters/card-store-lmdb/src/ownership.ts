import { join } from "node:path";
import { open } from "lmdb";
import { notOurs } from "./faults.ts";

/**
 * Takes a data directory for this process alone. LMDB's own reader table does it: an open read transaction holds a
 * slot under a lock of the kernel, which falls with the process, also at kill −9. The environment `owner` is never
 * written, so the transaction that stays open in it keeps nothing from being reused.
 * @returns the way to give the directory back.
 * @throws PortError NOT_OURS when another process has it.
 */
export function takeDirectory(directory: string): () => Promise<void> {
  const owner = open({ path: join(directory, "owner"), overlappingSync: false });
  // First our own slot, then the look around: of two that start at once, at least one sees the other.
  const slot = owner.useReadTransaction();
  owner.readerCheck();
  const other = pidsOf(owner.readerList()).find((pid) => pid !== process.pid);
  const giveBack = async (): Promise<void> => {
    slot.done();
    await owner.close();
  };
  if (other === undefined) return giveBack;
  void giveBack();
  throw notOurs(directory, `process ${other} has it open`);
}

/** The process ids of `mdb_reader_list`: after a line of headings, one line per slot that begins with the id. */
function pidsOf(readers: string): number[] {
  return readers
    .split("\n")
    .map((line) => Number.parseInt(line.trim(), 10))
    .filter((pid) => Number.isInteger(pid));
}
