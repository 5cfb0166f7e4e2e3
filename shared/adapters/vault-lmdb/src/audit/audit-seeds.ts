import { join } from "node:path";
import { batchId, type BatchId } from "@scrip/domain";
import { PortError } from "@scrip/ports";
import { LmdbBatchVault } from "../batch-vault.ts";
import type { VaultOptions } from "../records/environment.ts";
import { KeyFolder } from "../seeds/key-folder.ts";
import { lookThrough, notAsWritten, type VaultAudit, type VaultFault } from "./vault-audit.ts";

/** An audit that also knows whose seeds there are. */
export interface SeedAudit extends VaultAudit {
  /** Batches, and replacements under the id of their seed; true where the seed is there, false where it was wiped. */
  readonly seeds: ReadonlyMap<BatchId, boolean>;
}

/**
 * Opens every seed with its key file, those of replacements too. What is left of a key that was made for nothing is no
 * fault.
 * @throws PortError NOT_OURS, CORRUPT
 */
export const auditBatchVault = (options: VaultOptions): Promise<SeedAudit> =>
  lookThrough("batch vault", options, async (records) => {
    const vault = new LmdbBatchVault(records, new KeyFolder(join(options.directory, "keys")));
    const seeds = new Map<BatchId, boolean>();
    const faults: VaultFault[] = [];
    for (const { key, body } of records.all()) {
      const id = batchId(key.toString("hex"));
      const what = body === undefined ? notAsWritten : await open(vault, id, seeds);
      if (what !== null) faults.push({ about: "SEED", id, what });
    }
    return { records: seeds.size + faults.length, faults, seeds };
  });

/** @returns what is wrong, or null */
async function open(
  vault: LmdbBatchVault,
  id: BatchId,
  seeds: Map<BatchId, boolean>,
): Promise<string | null> {
  try {
    seeds.set(id, (await vault.seed(id)) instanceof Uint8Array);
    return null;
  } catch (error) {
    if (error instanceof PortError && error.code === "CORRUPT") return error.message;
    throw error;
  }
}
