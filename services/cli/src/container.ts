import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { dueOfCard, dueOfOperation, walletEntryOf } from "@scrip/application";
import {
  auditCardStore,
  type CardStoreAudit,
  type CardStoreFault,
  openCardStore,
  rebuildCardStore,
} from "@scrip/card-store-lmdb";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import {
  auditSigning,
  type EmbeddedLedger,
  openEmbeddedLedger,
  resumeSigning,
} from "@scrip/ledger-embedded";
import { epochFirst } from "@scrip/ledger-state";
import {
  type CardStore,
  type CardStoreRebuild,
  type FollowerStore,
  type HolderVault,
  type Outbox,
  PortError,
  type StreamPosition,
} from "@scrip/ports";
import { readKeyFile, sha256Ed25519, type Signer } from "@scrip/signing";
import {
  auditBatchVault,
  auditCallerDirectory,
  auditHolderVault,
  type CallerAudit,
  openHolderVault,
  type SeedAudit,
  type VaultAudit,
  type VaultFault,
  type VaultOptions,
} from "@scrip/vault-lmdb";
import { settingsCheck } from "@scrip/service-kit";
import { streamStart, toHex } from "@scrip/wire";
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
  /** Reads all of a vault; undefined where nothing is. @throws PortError NOT_OURS, CORRUPT */
  auditSeeds(): Promise<SeedAudit | undefined>;
  auditHolders(): Promise<VaultAudit | undefined>;
  auditCallers(): Promise<CallerAudit | undefined>;
  /** Reads every record of the card store; undefined where nothing is. @throws PortError NOT_OURS, CORRUPT */
  auditCards(onFault: (fault: CardStoreFault) => void): Promise<CardStoreAudit | undefined>;
  openHolders(): HolderVault;
  /** The card store in another folder. */
  openCardsIn(folder: string): Promise<CardStore & Outbox>;
  /** Begins a card store anew in a folder where nothing is. */
  rebuildCardsIn(
    folder: string,
    standsAt: (shard: number) => StreamPosition,
  ): Promise<CardStoreRebuild>;
}

/** The ledger of a stopped system at work, and the keys that write to it. */
export interface LedgerAtWork {
  readonly ledger: EmbeddedLedger;
  readonly writer: Signer;
  readonly operator: Signer;
}

/**
 * Lets the local validators work on their store. @throws PortError CORRUPT or NOT_OURS; KeyFileError
 */
export async function ledgerAtWork(
  { path, chainId, shards }: StoppedData,
  store: FollowerStore,
  { nowMs, published }: { readonly nowMs: () => number; readonly published: string | undefined },
): Promise<LedgerAtWork> {
  const writer = await readKeyFile(path("keys", "writer.key"));
  const operator = await readKeyFile(path("keys", "operator.key"));
  const named = ({ name, publicKey }: Signer) => ({ name, publicKey: toHex(publicKey) });
  const where = `the query service's copy (${path("follower")})`;
  const ledger = await openEmbeddedLedger({
    directory: path("ledger"),
    store,
    suite,
    clock: { nowMs },
    chain: {
      chainId,
      shards,
      writers: [named(writer)],
      operators: [named(operator)],
      receipts: [],
      // Genesis said it; an open chain goes by that.
      skewMaxMs: 0,
    },
    published: published === undefined ? [] : [{ note: published, where }],
  });
  return { ledger, writer, operator };
}

/** Chance, for nonces and operation keys. */
export const chance = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

export const suite = sha256Ed25519;
export { auditSigning, resumeSigning };
export type { CardStoreFault, VaultAudit, VaultFault };

/** @throws CommandError when the directory does not say what it is */
export function stoppedData(root: string): StoppedData {
  const path = (...parts: string[]): string => join(root, ...parts);
  const { chainId, shards } = readSettings(path("scrip.json"));
  const has = (...parts: string[]): boolean => existsSync(path(...parts, "data.mdb"));
  const follower = (...parts: string[]): FollowerStore | undefined =>
    has(...parts) ? openFollowerStore({ directory: path(...parts), chainId }) : undefined;
  const vault = async <Audit>(folder: string, audit: (options: VaultOptions) => Promise<Audit>) =>
    has(folder) ? await audit({ directory: path(folder), chainId }) : undefined;
  const cards = (folder: string) => ({ directory: path(folder), chainId, shards });
  const begin = (shard: number): StreamPosition => ({
    epoch: epochFirst,
    seq: 0,
    chain: streamStart(suite.hash, chainId, shard),
  });
  return {
    chainId,
    shards,
    path,
    openLedger: () => follower("ledger", "store"),
    openFollower: () => follower("follower"),
    auditSeeds: () => vault("batches", auditBatchVault),
    auditHolders: () => vault("holders", auditHolderVault),
    auditCallers: () => vault("callers", auditCallerDirectory),
    auditCards: async (onFault) =>
      has("cards")
        ? await auditCardStore(
            { ...cards("cards"), streamStart: begin },
            { dueOfCard, dueOfOperation, walletEntryOf },
            onFault,
          )
        : undefined,
    openCards: async () =>
      has("cards") ? openCardStore({ ...cards("cards"), streamStart: begin }) : undefined,
    openHolders: () => openHolderVault({ directory: path("holders"), chainId }),
    openCardsIn: (folder) => openCardStore({ ...cards(folder), streamStart: begin }),
    rebuildCardsIn: (folder, standsAt) =>
      rebuildCardStore({ ...cards(folder), streamStart: standsAt }),
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
  const { format, chainId, shards, check } = settings ?? {};
  if (typeof format !== "number" || typeof chainId !== "string" || typeof shards !== "number")
    throw new CommandError(`${file} does not say which chain the data directory is of`);
  if (check === settingsCheck({ format, chainId, shards })) return { chainId, shards };
  throw new CommandError(`${file} is not what was written; put back a copy of it`);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
