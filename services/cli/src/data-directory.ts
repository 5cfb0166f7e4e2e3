import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RoleKeys } from "@scrip/client";
import type { Surroundings } from "./surroundings.ts";
import { CommandError } from "./surroundings.ts";

/** What `npm start` wrote: `SCRIP_DATA_DIR`, or `.scrip` where the command runs. */
export const dataFile = ({ env }: Pick<Surroundings, "env">, ...parts: string[]): string =>
  join(env["SCRIP_DATA_DIR"] ?? ".scrip", ...parts);

/** Where the services of this machine listen. */
export const localUrl = ({ env }: Pick<Surroundings, "env">): string =>
  `http://127.0.0.1:${env["SCRIP_PORT"] ?? "8080"}`;

const roles = ["issuer", "distributor", "acceptor", "regulator", "operator"] as const;

/** The API keys that the data directory keeps. @throws CommandError when they are not there */
export async function readKeys(surroundings: Surroundings): Promise<RoleKeys> {
  const file = dataFile(surroundings, "keys.json");
  const text = Buffer.from(await readInput(file, "the API keys")).toString("utf8");
  const keys = parseObject(text);
  const missing = roles.filter((role) => typeof keys?.[role] !== "string");
  if (missing.length > 0) {
    throw new CommandError(`${file} has no API key for: ${missing.join(", ")}`);
  }
  return keys as unknown as RoleKeys;
}

/**
 * What a command for operators asks with: `SCRIP_API_KEY` where it is set, for the data directory's own key may have been
 * rotated away. @throws CommandError when there is neither
 */
export async function operatorKey(surroundings: Surroundings): Promise<string> {
  const { SCRIP_API_KEY: given = "" } = surroundings.env;
  return given === "" ? (await readKeys(surroundings)).operator : given;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of the largest file read whole. */
const inputBytesMax = 4_000_000;

/** A small file whole. @throws CommandError saying which file, what it is and why it cannot be read */
export async function readInput(file: string, what: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file);
    if (bytes.length <= inputBytesMax) return bytes;
  } catch (cause) {
    throw new CommandError(`cannot read ${what} in ${file}: ${reasonOf(cause)}`, undefined, {
      cause,
    });
  }
  throw new CommandError(`${file} is longer than ${inputBytesMax} bytes`);
}

/** Why the system refused a file, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
      return "it is not allowed";
    case "EISDIR":
      return "it is a folder";
    default:
      return message;
  }
}
