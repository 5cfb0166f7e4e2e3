import { createHash, type Hash } from "node:crypto";
import { open, rename, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { codeLineBytes } from "@scrip/wire";
import { reasonOf } from "../data-directory.ts";
import { CommandError } from "../surroundings.ts";
import { readBytesMax } from "./limits.ts";

const newline = 0x0a;
/** Codes are secrets: their owner alone may read the file. */
const ownerOnly = 0o600;

/**
 * Codes on their way to a disk: `FILE.part`, one a line, until all are there; then `FILE`. What an earlier run left is
 * gone on with from its last whole line.
 */
export class CodeFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #digest: Hash = createHash("sha256");
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws CommandError when it cannot be written, or holds something else */
  static async open(path: string): Promise<CodeFile> {
    const file = await CodeFile.#onDisk(path, async () => {
      const handle = await open(partOf(path), "a+", ownerOnly);
      return new CodeFile(path, handle);
    });
    try {
      // One that was there before keeps its mode when it is opened.
      await CodeFile.#onDisk(path, () => file.#handle.chmod(ownerOnly));
      await file.#readOn();
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  /** Whether all codes stand in their place already. */
  static async isWhole(path: string, codes: number): Promise<boolean> {
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) return false;
    if (size === codes * codeLineBytes) return true;
    throw new CommandError(`${path} is there already, and is not the codes of this batch`);
  }

  /** Number and hash of the codes in a whole file. */
  static async read(path: string): Promise<{ count: number; sha256: string }> {
    const handle = await CodeFile.#onDisk(path, () => open(path, "r"));
    const file = new CodeFile(path, handle);
    try {
      await file.#hashAll();
    } finally {
      await handle.close();
    }
    return file.received;
  }

  /** Whole lines that are there. */
  get lines(): number {
    return Math.floor(this.#bytes / codeLineBytes);
  }

  get received(): { count: number; sha256: string } {
    return { count: this.lines, sha256: this.#digest.copy().digest("hex") };
  }

  /** @param lines whole ones @throws CommandError when they are not codes, or the disk does not take them */
  async append(lines: Uint8Array): Promise<void> {
    this.#require(lines);
    await CodeFile.#onDisk(this.#path, () => this.#handle.appendFile(lines));
    this.#digest.update(lines);
    this.#bytes += lines.length;
  }

  /** Puts the file in its place, durably: from now on the codes may be confirmed. */
  async finish(): Promise<void> {
    await CodeFile.#onDisk(this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(partOf(this.#path), this.#path);
      const directory = await open(dirname(this.#path), "r");
      await directory.sync();
      await directory.close();
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Takes over what an earlier run left; a last line that is not whole is cut off. */
  async #readOn(): Promise<void> {
    const { size } = await this.#handle.stat();
    const whole = size - (size % codeLineBytes);
    await this.#handle.truncate(whole);
    await this.#hashAll();
  }

  async #hashAll(): Promise<void> {
    const buffer = Buffer.alloc(readBytesMax - (readBytesMax % codeLineBytes));
    for (let at = 0; ;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      const piece = buffer.subarray(0, bytesRead);
      this.#require(piece);
      this.#digest.update(piece);
      this.#bytes += bytesRead;
      at += bytesRead;
    }
  }

  /** Every line has the same length: its end stands where it belongs. */
  #require(piece: Uint8Array): void {
    const last = codeLineBytes - 1;
    for (let at = last - (this.#bytes % codeLineBytes); at < piece.length; at += codeLineBytes) {
      if (piece[at] !== newline)
        throw new CommandError(`${this.#path}: what is there, or arrives, is not codes`);
    }
  }

  static async #onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (cause) {
      throw new CommandError(`cannot write ${path}: ${reasonOf(cause)}`, undefined, { cause });
    }
  }
}

const partOf = (path: string): string => `${path}.part`;
