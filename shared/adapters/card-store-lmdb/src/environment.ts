import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { PortError } from "@scrip/ports";
import { Seen } from "./commit/seen.ts";
import { messageOf, notOurs } from "./faults.ts";
import { takeDirectory } from "./ownership.ts";

/** Keys and values are bytes: what they mean stands in `records`. */
export type Bytes = Database<Buffer, Buffer>;

/** The databases of one card store. */
export interface Environment {
  readonly root: RootDatabase<Buffer, Buffer>;
  /** What this store is. */
  readonly about: Bytes;
  readonly cards: Bytes;
  readonly operations: Bytes;
  /** Pointer and outcome of every operation key. */
  readonly keys: Bytes;
  readonly claims: Bytes;
  readonly wallets: Bytes;
  readonly batches: Bytes;
  /** What falls due by itself, by shard and time. */
  readonly dues: Bytes;
  /** Events that are not known to be on the ledger, in the order of their commits. */
  readonly outbox: Bytes;
  /** Trim point of each stream. */
  readonly streams: Bytes;
  /** What was just read from them. */
  readonly seen: Seen;
  /** Closes, and gives the directory back. */
  release(): Promise<void>;
}

const databasesMax = 12;
/** As much of a database's first page as tells that it is one. */
const metaBytes = 28;
/** LMDB's MDB_MAGIC, at byte 24 of a meta page. */
const magic = 0xbeefc0de;

/** Directories that this process has open: the driver would share one environment between two openings. */
const openHere = new Set<string>();

/**
 * Opens the environment in a directory, which is made when it is not there, for this process alone.
 * @throws PortError NOT_OURS, in one line, when it is in use, not writable or not a database.
 */
export function openEnvironment(directory: string): Environment {
  const path = made(directory);
  if (openHere.has(path)) throw notOurs(path, "this process has it open already");
  if (!isDatabase(join(path, "data.mdb"))) throw notOurs(path, "its data.mdb is no LMDB database");
  let giveBack: (() => Promise<void>) | undefined;
  try {
    giveBack = takeDirectory(path);
    const environment = databases(path, giveBack);
    openHere.add(path);
    return environment;
  } catch (cause) {
    void giveBack?.();
    if (cause instanceof PortError) throw cause;
    throw notOurs(path, `LMDB cannot open it for writing: ${messageOf(cause)}`, cause);
  }
}

function made(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    accessSync(directory, constants.R_OK | constants.W_OK);
    return realpathSync(directory);
  } catch (cause) {
    throw notOurs(directory, `it is not writable: ${messageOf(cause)}`, cause);
  }
}

/** The driver does not survive being given a file of another kind. */
function isDatabase(file: string): boolean {
  if (!existsSync(file)) return true;
  const start = Buffer.alloc(metaBytes);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, start);
    return length === 0 || (length === metaBytes && start.readUInt32LE(24) === magic);
  } finally {
    closeSync(descriptor);
  }
}

function databases(path: string, giveBack: () => Promise<void>): Environment {
  const bytes = { encoding: "binary", keyEncoding: "binary" } as const;
  // Without overlapping syncs a commit is seen, and its promise resolves, only after it was synced to disk.
  const root = open<Buffer, Buffer>({
    path,
    ...bytes,
    maxDbs: databasesMax,
    overlappingSync: false,
  });
  const database = (name: string): Bytes => root.openDB<Buffer, Buffer>(name, bytes);
  syncDirectory(path);
  syncDirectory(dirname(path));
  return {
    root,
    about: database("about"),
    cards: database("cards"),
    operations: database("operations"),
    keys: database("keys"),
    claims: database("claims"),
    wallets: database("wallets"),
    batches: database("batches"),
    dues: database("dues"),
    outbox: database("outbox"),
    streams: database("streams"),
    seen: new Seen(),
    async release() {
      await root.close();
      await giveBack();
      openHere.delete(path);
    },
  };
}

/** A new file is there after a power cut only when its directory was synced too. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
