import { randomBytes } from "node:crypto";
import { link, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type BatchId, batchId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { makeDirectory, overwrite, syncDirectory, writeNew } from "../durable-files.ts";
import { corrupt, systemCode, unavailable } from "../faults.ts";
import { obtainAttemptsMax } from "../limits.ts";
import { formatKeyFile, parseKeyFile } from "./key-file.ts";
import { keyBytes } from "./sealed-seed.ts";

const keyFileName = /^([0-9a-f]{32})\.key$/;
const draftName = /^\.[0-9a-f]{32}\.[0-9a-f]+$/;

/** A file per batch with the key of its seed, readable by its owner alone. */
export class KeyFolder {
  readonly #directory: string;

  constructor(directory: string) {
    makeDirectory(directory);
    this.#directory = directory;
  }

  pathOf(id: BatchId): string {
    return join(this.#directory, `${id}.key`);
  }

  /** The key in the batch's file, undefined when there is none. @throws PortError CORRUPT, UNAVAILABLE naming the file */
  async read(id: BatchId): Promise<Buffer | undefined> {
    const path = this.pathOf(id);
    const bytes = await missingAsUndefined(readFile(path), `key file ${path} cannot be read`);
    if (bytes === undefined) return undefined;
    const key = parseKeyFile(id, bytes);
    bytes.fill(0);
    if (key === undefined) throw corrupt(`key file ${path} is not what was written`);
    return key;
  }

  /**
   * The batch's key, made when there is none; durable on return. Of several that make it at once all get the same one;
   * a file that a killed process left behind is used.
   */
  async obtain(id: BatchId): Promise<Buffer> {
    try {
      for (let attempt = 1; attempt <= obtainAttemptsMax; attempt += 1) {
        const key = await this.read(id);
        if (key === undefined) {
          await this.#make(id);
          continue;
        }
        // Also for a file that was found: whoever linked it may have been killed before this.
        await syncDirectory(this.#directory);
        return key;
      }
      throw new Error("others delete it again and again");
    } catch (cause) {
      if (cause instanceof PortError) throw cause;
      throw unavailable(`key file ${this.pathOf(id)} cannot be made`, cause);
    }
  }

  /** Deletes the batch's key, durably. Harmless when repeated. @throws PortError UNAVAILABLE */
  async destroy(id: BatchId): Promise<void> {
    const path = this.pathOf(id);
    const failed = `key file ${path} cannot be deleted`;
    // Written over first: then every other name of these bytes holds nothing, and on most disks neither do the blocks.
    const blank = formatKeyFile(id, Buffer.alloc(keyBytes)).fill("0");
    await missingAsUndefined(overwrite(path, blank), failed);
    await missingAsUndefined(unlink(path), failed);
    await missingAsUndefined(syncDirectory(this.#directory), failed);
  }

  /** The batches that have a key file. Drafts, which nobody needs, are removed on the way. */
  async list(): Promise<BatchId[]> {
    const names = await readdir(this.#directory);
    for (const draft of names.filter((name) => draftName.test(name))) {
      await missingAsUndefined(unlink(join(this.#directory, draft)), `${draft} cannot be removed`);
    }
    return names.flatMap((name) => {
      const id = keyFileName.exec(name)?.[1];
      return id === undefined ? [] : [batchId(id)];
    });
  }

  /** Makes the file, unless somebody else does first, or takes our draft away, which openings do. */
  async #make(id: BatchId): Promise<void> {
    const draft = join(this.#directory, `.${id}.${randomBytes(8).toString("hex")}`);
    const key = randomBytes(keyBytes);
    try {
      await writeNew(draft, formatKeyFile(id, key));
      // A link fails where a rename would replace: of two keys the first one stays, and it is whole.
      await link(draft, this.pathOf(id)).catch(unlessCode("EEXIST", "ENOENT"));
    } finally {
      key.fill(0);
      await unlink(draft).catch(() => undefined);
    }
  }
}

/** Lets errors of these codes pass as done. */
const unlessCode =
  (...codes: string[]) =>
  (error: unknown): void => {
    if (!codes.some((code) => code === systemCode(error))) throw error;
  };

/** What a call on a file gives; undefined when there is no such file. */
async function missingAsUndefined<T>(call: Promise<T>, failed: string): Promise<T | undefined> {
  try {
    return await call;
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw unavailable(failed, cause);
  }
}
