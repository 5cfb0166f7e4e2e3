import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { CallerDirectory, Role } from "@scrip/ports";
import { PortError, roles } from "@scrip/ports";
import { apiKeyHash, apiKeyOf, apiKeySecretBytes } from "../callers/access.ts";
import { replaceFile } from "./data-directory.ts";

const ownerOnly = 0o600;

/**
 * One API key per role with scope `*`, kept in `keys.json`: what a fresh local data directory starts with.
 * @throws PortError CORRUPT naming the file when it cannot be read.
 */
export async function localApiKeys(
  directory: Pick<CallerDirectory, "add">,
  file: string,
): Promise<void> {
  if (!existsSync(file)) {
    const keys = Object.fromEntries(roles.map((role) => [localNameOf(role), newKey()]));
    replaceFile(file, `${JSON.stringify(keys, null, 2)}\n`, ownerOnly);
  }
  const keys = readKeys(file);
  for (const role of roles) {
    const key = keys[localNameOf(role)];
    if (key === undefined) continue;
    await directory.add(apiKeyHash(key), {
      participantId: localNameOf(role),
      role,
      scope: { programs: "*", participants: "*", holdersAct: true },
    });
  }
}

function readKeys(file: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (cause) {
    // The parser's own message quotes what it read: keys.
    throw new PortError("CORRUPT", `${file} cannot be read as JSON`, { cause });
  }
}

/** The participant that a local key belongs to, and its name in `keys.json`. */
export const localNameOf = (role: Role): string => role.toLowerCase();

const newKey = (): string => apiKeyOf(randomBytes(apiKeySecretBytes));
