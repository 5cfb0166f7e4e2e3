import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { run } from "../src/index.ts";
import type { Surroundings } from "../src/index.ts";

/** A command line in a data directory of its own, and what it printed. */
export interface Stage {
  readonly dir: string;
  readonly out: string[];
  readonly err: string[];
  readonly interruption: AbortController;
  /** Writes a file and returns its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly scrip: (...args: string[]) => Promise<number>;
}

const roles = ["issuer", "distributor", "acceptor", "regulator", "operator"];
const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

export function stage(more: Partial<Surroundings> & { readonly input?: string } = {}): Stage {
  const dir = mkdtempSync(join(tmpdir(), "scrip-cli-"));
  made.push(dir);
  const out: string[] = [];
  const err: string[] = [];
  const interruption = new AbortController();
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  file("keys.json", JSON.stringify(Object.fromEntries(roles.map((role) => [role, `sk_${role}`]))));
  const scrip = (...args: string[]): Promise<number> =>
    run(args, {
      env: { SCRIP_DATA_DIR: dir },
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      stdin: pieces(more.input ?? ""),
      terminal: undefined,
      nowMs: () => 1_700_000_010_000,
      fetch: async () => {
        throw new TypeError("nobody is there");
      },
      interruption: () => interruption.signal,
      ...more,
    });
  return { dir, out, err, interruption, file, scrip };
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}
