import { closeSync, existsSync, mkdirSync, openSync, readSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { PortError } from "@scrip/ports";
import { isAlive, type Owner, thisOwner } from "./owner.ts";

/** Says what the records mean; another value is another format. */
const format = "scrip follower store, format 5";

/** Named databases of the environment; LMDB wants to know how many there may be. */
const databasesMax = 16;

/** As much of a database's first page as tells that it is one. */
const metaBytes = 28;

export type Bytes = Database<Uint8Array, Uint8Array>;

export interface Environment {
  readonly root: RootDatabase<Uint8Array, string>;
  readonly about: Database<string, string>;
  readonly meta: Database<Uint8Array, string>;
  /** Leaves and the buckets that cover them, each bucket right before its leaves. */
  readonly map: Bytes;
  readonly tiles: Bytes;
  readonly runs: Bytes;
  readonly blocks: Bytes;
  readonly checkpoints: Database<string, Uint8Array>;
  readonly events: Bytes;
  readonly operations: Bytes;
  readonly cards: Bytes;
  readonly recent: Bytes;
  readonly control: Bytes;
  readonly lists: Bytes;
  /** Gives the directory back and closes. */
  release(): Promise<void>;
}

/** Directories this process has open: LMDB would share one environment between two openings. */
const openHere = new Set<string>();

/**
 * Opens the environment in a directory, which is made when it is not there, for this process alone.
 * @throws PortError NOT_OURS in one line: in use, not writable, not a follower store, of another chain or format.
 */
export function openEnvironment(directory: string, chainId: string): Environment {
  const path = directoryAt(directory);
  if (openHere.has(path)) throw notOurs(path, "this process has it open already");
  const root = openRoot(path);
  openHere.add(path);
  try {
    return claim(path, root, chainId);
  } catch (error) {
    openHere.delete(path);
    void root.close();
    if (error instanceof PortError) throw error;
    throw notOurs(path, messageOf(error), error);
  }
}

function directoryAt(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    return realpathSync(directory);
  } catch (error) {
    throw notOurs(directory, `it cannot be made: ${messageOf(error)}`, error);
  }
}

function openRoot(path: string): RootDatabase<Uint8Array, string> {
  if (!isDatabase(join(path, "data.mdb"))) throw notOurs(path, "its data.mdb is no LMDB database");
  try {
    // One commit is one durable point: no commit is visible before it is synced.
    return open({ path, maxDbs: databasesMax, overlappingSync: false, cache: false });
  } catch (error) {
    throw notOurs(path, `LMDB cannot open it for writing: ${messageOf(error)}`, error);
  }
}

/** The driver does not survive being given a file of another kind. lmdb: a meta page names MDB_MAGIC at byte 24. */
function isDatabase(file: string): boolean {
  if (!existsSync(file)) return true;
  const start = Buffer.alloc(metaBytes);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, start);
    return length === 0 || (length === metaBytes && start.readUInt32LE(24) === 0xbeefc0de);
  } finally {
    closeSync(descriptor);
  }
}

function claim(path: string, root: RootDatabase<Uint8Array, string>, chainId: string): Environment {
  const names = [...root.getKeys()];
  if (names.length > 0 && !names.includes("about")) {
    throw notOurs(path, "it holds another kind of store");
  }
  const about = root.openDB<string, string>("about", { encoding: "string" });
  takeOwnership(path, root, { about, chainId });
  const bytes = (name: string): Bytes =>
    root.openDB<Uint8Array, Uint8Array>(name, { encoding: "binary", keyEncoding: "binary" });
  return {
    root,
    about,
    meta: root.openDB("meta", { encoding: "binary" }),
    map: bytes("map"),
    tiles: bytes("tiles"),
    runs: bytes("runs"),
    blocks: bytes("blocks"),
    checkpoints: root.openDB("checkpoints", { encoding: "string", keyEncoding: "binary" }),
    events: bytes("events"),
    operations: bytes("operations"),
    cards: bytes("cards"),
    recent: bytes("recent"),
    control: bytes("control"),
    lists: bytes("lists"),
    async release() {
      await about.remove("owner");
      await root.close();
      openHere.delete(path);
    },
  };
}

/** LMDB lets one process write at a time, and a killed writer's lock falls: so this check and mark are one step. */
function takeOwnership(
  path: string,
  root: RootDatabase<Uint8Array, string>,
  { about, chainId }: { about: Database<string, string>; chainId: string },
): void {
  root.transactionSync(() => {
    const found = about.get("format") ?? format;
    if (found !== format) throw notOurs(path, `it is of another format («${found}»)`);
    const chain = about.get("chain") ?? chainId;
    if (chain !== chainId) throw notOurs(path, `it belongs to another chain («${chain}»)`);
    const owner = about.get("owner");
    if (owner !== undefined) refuseLiving(path, JSON.parse(owner) as Owner);
    about.putSync("format", format);
    about.putSync("chain", chainId);
    about.putSync("owner", JSON.stringify(thisOwner()));
  });
}

function refuseLiving(path: string, owner: Owner): void {
  const self = thisOwner();
  const ours = owner.pid === self.pid && owner.started === self.started;
  if (!ours && isAlive(owner)) throw notOurs(path, `process ${owner.pid} has it open`);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message.split("\n", 1).join("") : String(error);

const notOurs = (path: string, reason: string, cause?: unknown): PortError =>
  new PortError("NOT_OURS", `follower store ${path}: ${reason}`, { cause });
