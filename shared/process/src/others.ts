import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PortError } from "@scrip/ports";
import type { DataDirectory } from "@scrip/service-kit";
import { othersMaxMs, othersPollMs } from "./limits.ts";

const secretBytes = 32;
const ownerOnlyFile = 0o600;
const ownerOnlyDir = 0o700;

/** Tries until what another process makes is there: processes start in any order. @throws PortError as it was last */
export async function untilThere<T>(what: string, open: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += othersPollMs) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "UNAVAILABLE") throw error;
      if (waitedMs >= othersMaxMs)
        throw new PortError("UNAVAILABLE", `waited ${othersMaxMs} ms for ${what}`, {
          cause: error,
        });
      await sleep(othersPollMs);
    }
  }
}

/** Waits until the chain-writer's process has begun the chain: keys and policy are there then. */
export const whenChainIsThere = ({ path }: DataDirectory): Promise<void> =>
  untilThere("the chain's policy, which the chain-writer makes", async () => {
    if (!existsSync(path("policy.txt")))
      throw new PortError("UNAVAILABLE", `${path("policy.txt")} is not there yet`);
  });

/**
 * The secret that the processes of a data directory tell each other by. Made by the first of them, for its owner alone.
 * @throws PortError CORRUPT
 */
export function channelSecret({ path }: DataDirectory): string {
  mkdirSync(path("keys"), { recursive: true, mode: ownerOnlyDir });
  const file = path("keys", "processes.secret");
  if (!existsSync(file)) putIfAbsent(file, `${randomBytes(secretBytes).toString("hex")}\n`);
  const secret = readFileSync(file, "utf8").trim();
  if (/^[0-9a-f]{64}$/.test(secret)) return secret;
  throw new PortError("CORRUPT", `${file} holds no secret`);
}

/** A link fails where a rename would replace: of two first starts at once both get the secret of the one that was first. */
function putIfAbsent(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: ownerOnlyFile, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    unlinkSync(draft);
  }
}
