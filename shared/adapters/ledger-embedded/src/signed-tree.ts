import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { fromBase64, toBase64 } from "@scrip/merkle-log";
import { PortError } from "@scrip/ports";

/** A log at one size. */
export interface Tree {
  readonly size: number;
  readonly root: Uint8Array;
}

// Two slots of one length, written in turn: a torn write spoils the older of the two, never both.
const slotBytes = 80;
const sizeDigits = 16;
const ownerOnly = 0o600;

/** What the two records of such a file say. */
export interface SignedRecords {
  /** The newer of those that can be believed. */
  readonly newest: Tree | undefined;
  /** How many hold something, but nothing that can be believed. */
  readonly spoiled: number;
  /** Where the newest one stands. */
  readonly slot: 0 | 1;
}

/**
 * What a validator signed last, in a file of its own. Written and synced before each signature, so that no restart,
 * kill or power cut lets it sign a tree that contradicts an earlier one.
 */
export class SignedTree {
  readonly path: string;
  readonly #file: FileHandle;
  #signed: Tree | undefined;
  #slot: 0 | 1;

  /**
   * @param mayMake whether the file may be new: beside a chain that has begun it never is
   * @throws PortError CORRUPT when the file is missing, or holds something but nothing that can be believed; NOT_OURS
   * when it cannot be opened
   */
  static async open(path: string, mayMake: boolean): Promise<SignedTree> {
    const file = await opened(path, mayMake);
    const { newest, spoiled, slot } = parseRecords(await file.readFile("latin1"));
    // A cut of power during the very first write may leave a file of zeros: nothing was signed by then.
    if (spoiled > 0 && newest === undefined) {
      await file.close();
      throw unknownState(path, "cannot be read");
    }
    return new SignedTree(path, file, { newest, slot });
  }

  private constructor(
    path: string,
    file: FileHandle,
    { newest, slot }: Pick<SignedRecords, "newest" | "slot">,
  ) {
    this.path = path;
    this.#file = file;
    this.#signed = newest;
    this.#slot = newest === undefined || slot === 1 ? 0 : 1;
  }

  /** Undefined until the first signature. */
  get signed(): Tree | undefined {
    return this.#signed;
  }

  /** Durable once it resolves. */
  async write(tree: Tree): Promise<void> {
    await this.#file.write(formatSlot(tree), this.#slot * slotBytes, "latin1");
    await this.#file.datasync();
    this.#signed = tree;
    this.#slot = this.#slot === 0 ? 1 : 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** What such a file says. @throws PortError CORRUPT when it is missing, NOT_OURS when it cannot be read */
export async function readSigned(path: string): Promise<SignedRecords> {
  const file = await opened(path, false);
  try {
    return parseRecords(await file.readFile("latin1"));
  } finally {
    await file.close();
  }
}

/** Puts a file that says this in place of whatever is there, whole and durably. @throws PortError NOT_OURS */
export async function replaceSigned(path: string, tree: Tree): Promise<void> {
  const draft = `${path}.new`;
  try {
    const file = await open(draft, "w", ownerOnly);
    try {
      await file.writeFile(formatSlot(tree), "latin1");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    throw notOurs(path, "cannot be written", cause);
  }
}

/** What this validator may sign is not known; only a checkpoint from outside can tell. */
export const unknownState = (path: string, what: string): PortError =>
  new PortError(
    "CORRUPT",
    `${path} ${what}: what this validator signed last is not known; ` +
      "«scrip log resume --from CHECKPOINT» sets it from the newest published checkpoint",
  );

async function opened(path: string, mayMake: boolean): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) {
      throw notOurs(path, "cannot be opened", cause);
    }
    if (!mayMake) throw unknownState(path, "is missing");
  }
  try {
    const file = await open(path, "wx+", ownerOnly);
    // The chain begins after this: a chain without the file has lost it.
    await syncDirectory(dirname(path));
    return file;
  } catch (cause) {
    throw notOurs(path, "cannot be made", cause);
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const notOurs = (path: string, what: string, cause: unknown): PortError =>
  new PortError(
    "NOT_OURS",
    `${path} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

function parseRecords(text: string): SignedRecords {
  const lines = [text.slice(0, slotBytes), text.slice(slotBytes)];
  const [first, second] = lines.map(parseSlot);
  const slot = (second?.size ?? -1) > (first?.size ?? -1) ? 1 : 0;
  const spoiled = lines.filter((line) => /[^\0]/.test(line) && parseSlot(line) === undefined);
  return { newest: slot === 1 ? second : first, spoiled: spoiled.length, slot };
}

/** `size root checksum`, a line of fixed length. */
function formatSlot({ size, root }: Tree): string {
  const body = `${String(size).padStart(sizeDigits, "0")} ${toBase64(root)}`;
  return `${body} ${checksum(body)}\n`;
}

function parseSlot(line: string): Tree | undefined {
  const [size = "", root = "", sum = ""] = line.trimEnd().split(" ");
  const bytes = fromBase64(root);
  if (line.length !== slotBytes || bytes === undefined) return undefined;
  return sum === checksum(`${size} ${root}`) ? { size: Number(size), root: bytes } : undefined;
}

const checksum = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 17);
