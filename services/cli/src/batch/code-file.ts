import { createHash, type Hash } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { codeLineBytes, formatCode, parseCode } from "@scrip/wire";
import { reasonOf } from "../data-directory.ts";
import { CommandError } from "../surroundings.ts";
import { readBytesMax } from "./limits.ts";

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
      await file.#hashAll(path);
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

  /** Leaves what has arrived for another run; where nothing has, nothing is left. */
  async leave(): Promise<void> {
    await this.close();
    if (this.#bytes === 0) await rm(partOf(this.#path), { force: true });
  }

  /** Takes over what an earlier run left; a last line that is not whole is cut off. */
  async #readOn(): Promise<void> {
    const { size } = await this.#handle.stat();
    await this.#handle.truncate(wholeLines(size));
    await this.#hashAll(partOf(this.#path));
  }

  /** @param where the file that it is */
  async #hashAll(where: string): Promise<void> {
    const buffer = Buffer.alloc(readBytesMax - (readBytesMax % codeLineBytes));
    for (let at = 0; ;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      // Whole lines: a read may end anywhere.
      const piece = buffer.subarray(0, Math.max(codeLineBytes, wholeLines(bytesRead)));
      this.#require(piece, where);
      this.#digest.update(piece);
      this.#bytes += piece.length;
      at += piece.length;
    }
  }

  /**
   * Every line has to be a code as the server writes them, its check symbol right.
   * @param where the file that they are in; left out: they arrive
   */
  #require(lines: Uint8Array, where?: string): void {
    const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString("latin1");
    for (let at = 0; at < text.length; at += codeLineBytes) {
      if (isCodeLine(text.slice(at, at + codeLineBytes))) continue;
      const line = this.lines + at / codeLineBytes + 1;
      throw new CommandError(
        where === undefined
          ? `${this.#path}: line ${line} arrives, and is no code`
          : `${where}: line ${line} is no code: it was changed; delete ${where} and download again`,
      );
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

const wholeLines = (bytes: number): number => bytes - (bytes % codeLineBytes);

function isCodeLine(line: string): boolean {
  const code = parseCode(line.slice(0, -1));
  return code !== null && line === `${formatCode(code)}\n`;
}
