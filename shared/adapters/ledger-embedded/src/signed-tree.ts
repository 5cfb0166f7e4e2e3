import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
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

/**
 * What a validator signed last, in a file of its own. Written and synced before each signature, so that no restart,
 * kill or power cut lets it sign a tree that contradicts an earlier one.
 */
export class SignedTree {
  readonly #file: FileHandle;
  #signed: Tree | undefined;
  #slot: 0 | 1;

  /** @throws PortError CORRUPT when the file holds something, but nothing that can be believed; UNAVAILABLE */
  static async open(path: string): Promise<SignedTree> {
    const file = await opened(path);
    const text = await file.readFile("latin1");
    const slots = [text.slice(0, slotBytes), text.slice(slotBytes, 2 * slotBytes)].map(parseSlot);
    const newest = slots.indexOf(largest(slots));
    // A cut of power during the very first write may leave a file of zeros: nothing was signed by then.
    if (/[^\0]/.test(text) && slots[newest] === undefined) {
      await file.close();
      throw new PortError("CORRUPT", `${path}: what this validator signed last cannot be read`);
    }
    return new SignedTree(file, slots[newest], newest === 0 ? 1 : 0);
  }

  private constructor(file: FileHandle, signed: Tree | undefined, slot: 0 | 1) {
    this.#file = file;
    this.#signed = signed;
    this.#slot = slot;
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

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return open(path, "wx+", 0o600);
  }
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

const largest = (slots: readonly (Tree | undefined)[]): Tree | undefined =>
  slots.reduce((best, slot) => ((slot?.size ?? -1) > (best?.size ?? -1) ? slot : best), slots[0]);

const checksum = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 17);
