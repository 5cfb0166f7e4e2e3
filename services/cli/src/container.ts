import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openCardStore } from "@scrip/card-store-lmdb";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { auditSigning, resumeSigning } from "@scrip/ledger-embedded";
import { epochFirst } from "@scrip/ledger-state";
import {
  type BatchVault,
  type CardStore,
  type FollowerStore,
  type Outbox,
  PortError,
} from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import { openBatchVault } from "@scrip/vault-lmdb";
import { streamStart } from "@scrip/wire";
import { reasonOf } from "./data-directory.ts";
import { CommandError } from "./surroundings.ts";

/** The data directory of a system that has been stopped; each store is opened by this process alone, if it is there. */
export interface StoppedData {
  readonly chainId: string;
  /** Card shards. */
  readonly shards: number;
  readonly path: (...parts: string[]) => string;
  /** Undefined where nothing is. @throws PortError NOT_OURS while another process has it, CORRUPT */
  openLedger(): FollowerStore | undefined;
  openFollower(): FollowerStore | undefined;
  openCards(): Promise<(CardStore & Outbox) | undefined>;
  openBatches(): Promise<BatchVault | undefined>;
}

export const suite = sha256Ed25519;
export { auditSigning, resumeSigning };

/** @throws CommandError when the directory does not say what it is */
export function stoppedData(root: string): StoppedData {
  const path = (...parts: string[]): string => join(root, ...parts);
  const { chainId, shards } = readSettings(path("scrip.json"));
  const has = (...parts: string[]): boolean => existsSync(path(...parts, "data.mdb"));
  const follower = (...parts: string[]): FollowerStore | undefined =>
    has(...parts) ? openFollowerStore({ directory: path(...parts), chainId }) : undefined;
  return {
    chainId,
    shards,
    path,
    openLedger: () => follower("ledger", "store"),
    openFollower: () => follower("follower"),
    openBatches: async () =>
      has("batches") ? openBatchVault({ directory: path("batches"), chainId }) : undefined,
    async openCards() {
      if (!has("cards")) return undefined;
      const start = (shard: number) => ({
        epoch: epochFirst,
        seq: 0,
        chain: streamStart(suite.hash, chainId, shard),
      });
      return openCardStore({ directory: path("cards"), chainId, shards, streamStart: start });
    },
  };
}

/** What to tell somebody whose system still runs. */
export function requireStopped(error: unknown): never {
  if (error instanceof PortError && error.code === "NOT_OURS") {
    const what = "stop the system first, or take a copy of its directory once it has stopped";
    throw new CommandError(`${error.message}; ${what}`, undefined, { cause: error });
  }
  throw error;
}

function readSettings(file: string): { readonly chainId: string; readonly shards: number } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CommandError(`cannot read ${file}: ${reasonOf(cause)}`, undefined, { cause });
  }
  const settings = parsed(text);
  const { chainId, shards } = settings ?? {};
  if (typeof chainId === "string" && typeof shards === "number") return { chainId, shards };
  throw new CommandError(`${file} does not say which chain the data directory is of`);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
