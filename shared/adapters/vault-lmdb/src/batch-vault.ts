import { join } from "node:path";
import type { BatchId } from "@scrip/domain";
import { type BatchVault, PortError } from "@scrip/ports";
import { broken, corrupt, messageOf } from "./faults.ts";
import type { VaultOptions } from "./records/environment.ts";
import { Records } from "./records/records.ts";
import { KeyFolder } from "./seeds/key-folder.ts";
import { openSeed, sealSeed, seedBytes } from "./seeds/sealed-seed.ts";

/** The record of a batch whose codes were confirmed; any other one is a sealed seed, which is longer. */
const wiped = Buffer.from("WIPED");

/**
 * Opens a batch vault: records in the directory itself, key files in its folder `keys`. What a process that was killed
 * in a wipe left undone is done before it resolves.
 * @throws PortError NOT_OURS when the directory cannot be used; CORRUPT, UNAVAILABLE.
 */
export async function openBatchVault(options: VaultOptions): Promise<BatchVault> {
  const records = new Records("batch vault", options);
  try {
    const vault = new LmdbBatchVault(records, new KeyFolder(join(options.directory, "keys")));
    await vault.finishWipes();
    return vault;
  } catch (cause) {
    await records.close();
    if (cause instanceof PortError) throw cause;
    throw new PortError("NOT_OURS", `batch vault ${options.directory}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * A seed needs both halves: its sealed bytes in LMDB, and the key in a file of the batch's own. The key is durable
 * before anything is sealed under it, and the word WIPED is durable before the key goes. So a key file without a record
 * opens nothing, a record without its key file was damaged from outside, and no crash makes the one look like the other.
 */
export class LmdbBatchVault implements BatchVault {
  readonly #records: Records;
  readonly #keys: KeyFolder;

  constructor(records: Records, keys: KeyFolder) {
    this.#records = records;
    this.#keys = keys;
  }

  async keep(batchId: BatchId, seed: Uint8Array): Promise<Uint8Array> {
    if (seed.length !== seedBytes) throw broken(`batch vault: a seed of ${seed.length} bytes`);
    if (this.#records.get(recordKey(batchId)) === undefined) await this.#seal(batchId, seed);
    const kept = await this.seed(batchId);
    if (kept instanceof Uint8Array) return kept;
    // Somebody wiped since we looked; a key file that was made after that opens nothing.
    await this.#keys.destroy(batchId);
    throw broken(`batch vault: the codes of batch ${batchId} were wiped, it gets no other seed`);
  }

  async seed(batchId: BatchId): Promise<Uint8Array | "WIPED" | undefined> {
    const record = this.#records.getNewest(recordKey(batchId));
    if (record === undefined) return undefined;
    if (record.equals(wiped)) return "WIPED";
    try {
      return await this.#open(batchId, record);
    } catch (error) {
      // The key goes away under a reader when a wipe begins between the two look-ups.
      if (this.#isWiped(batchId)) return "WIPED";
      throw error;
    }
  }

  async wipe(batchId: BatchId): Promise<void> {
    if (!(await this.#records.replace(recordKey(batchId), wiped))) return;
    // From here the seed is given to nobody. A crash leaves the key file; the next opening, or wipe, deletes it.
    await this.#keys.destroy(batchId);
  }

  close(): Promise<void> {
    return this.#records.close();
  }

  async finishWipes(): Promise<void> {
    for (const batchId of await this.#keys.list()) {
      if (this.#isWiped(batchId)) await this.#keys.destroy(batchId);
    }
  }

  async #seal(batchId: BatchId, seed: Uint8Array): Promise<void> {
    try {
      const key = await this.#keys.obtain(batchId);
      // From here the key is durable. A crash leaves a key that opens nothing; the next `keep` uses it.
      await this.#records.keep(recordKey(batchId), sealSeed(key, seed));
      key.fill(0);
    } catch (error) {
      // The key goes away under us when others keep and wipe meanwhile.
      if (!this.#isWiped(batchId)) throw error;
    }
  }

  #isWiped(batchId: BatchId): boolean {
    return this.#records.holds(recordKey(batchId), wiped);
  }

  async #open(batchId: BatchId, sealed: Buffer): Promise<Uint8Array> {
    const path = this.#keys.pathOf(batchId);
    const key = await this.#keys.read(batchId);
    if (key === undefined) throw corrupt(`key file ${path} is missing, and no wipe is on record`);
    try {
      return openSeed(key, sealed);
    } catch (cause) {
      throw corrupt(`the seed of batch ${batchId} does not open with key file ${path}`, cause);
    } finally {
      key.fill(0);
    }
  }
}

const recordKey = (batchId: BatchId): Buffer => Buffer.from(batchId, "hex");
