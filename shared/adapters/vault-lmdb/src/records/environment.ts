import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { PortError } from "@scrip/ports";
import { makeDirectory } from "../durable-files.ts";
import { messageOf } from "../faults.ts";

/** Where a vault keeps its things. */
export interface VaultOptions {
  /** Made when it is not there, for its owner alone. Each vault has one of its own. */
  readonly directory: string;
  /** The chain (its log's origin) that the vault belongs to. */
  readonly chainId: string;
  /** Only look: the vault has to be there, is not written to, and nobody who writes waits for this. */
  readonly readOnly?: boolean;
}

export type VaultKind = "holder vault" | "batch vault" | "caller directory";

export interface Environment {
  readonly root: RootDatabase<string, string>;
  readonly records: Database<Buffer, Buffer>;
}

/** What the records of each kind mean; another number is another format. */
const formats = { "holder vault": 1, "batch vault": 1, "caller directory": 2 } as const;
/** Named databases of one environment. */
const databasesMax = 2;
/** As much of a database's first page as tells that it is one. */
const metaBytes = 28;
/** MDB_MAGIC of lmdb, at byte 24 of a meta page. */
const magic = 0xbeefc0de;

/**
 * Opens the LMDB environment of one vault, which is made when it is not there. Several processes may have it open:
 * LMDB lets one transaction write at a time, and each change of a vault is one transaction.
 * @throws PortError NOT_OURS in one line: it cannot be written, or is no vault of this kind, chain and format.
 */
export function openEnvironment(
  kind: VaultKind,
  { directory, chainId, readOnly = false }: VaultOptions,
): Environment {
  const notOurs = (reason: string, cause?: unknown): PortError =>
    new PortError("NOT_OURS", `${kind} ${directory}: ${reason}`, { cause });
  const root = openRoot(directory, readOnly, notOurs);
  try {
    const names = [...root.getKeys()];
    if (names.length > 0 && !names.includes("about")) throw notOurs("it is another kind of store");
    // Its owner makes the file, and then what is in it.
    if (readOnly && !(names.includes("about") && names.includes("records")))
      throw notMade(directory);
    const about = root.openDB<string, string>("about", { encoding: "string" });
    const facts = { format: `scrip ${kind}, format ${formats[kind]}`, chain: chainId };
    const check = (): void => {
      for (const [name, ours] of Object.entries(facts)) {
        const found = about.get(name) ?? (readOnly ? "nothing" : ours);
        if (found !== ours) throw notOurs(`it is of another ${name}, «${found}»`);
        if (!readOnly) about.putSync(name, ours);
      }
    };
    if (readOnly) check();
    else root.transactionSync(check);
    const records = root.openDB<Buffer, Buffer>("records", {
      encoding: "binary",
      keyEncoding: "binary",
    });
    return { root, records };
  } catch (cause) {
    void root.close();
    throw cause instanceof PortError ? cause : notOurs(messageOf(cause), cause);
  }
}

function openRoot(
  path: string,
  readOnly: boolean,
  notOurs: (reason: string, cause?: unknown) => PortError,
): RootDatabase<string, string> {
  try {
    if (!readOnly) makeDirectory(path);
    else if (!existsSync(join(path, "data.mdb"))) throw notMade(path);
    if (!isDatabase(join(path, "data.mdb"))) throw notOurs("its data.mdb is no LMDB database");
    // Without overlapping syncs a commit is seen, and its promise resolves, only after it was synced to disk.
    const options = { path, maxDbs: databasesMax, overlappingSync: false, readOnly };
    return open({ ...options, encoding: "string" });
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    throw notOurs(
      `it cannot be opened for ${readOnly ? "reading" : "writing"}: ${messageOf(cause)}`,
      cause,
    );
  }
}

/** Whoever makes it may do so at any moment. */
const notMade = (path: string): PortError =>
  new PortError("UNAVAILABLE", `${path}: nothing is there yet`);

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
