import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory for one test file, and the way to remove it with all that is in it. */
export function temporaryDirectory(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `scrip-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
