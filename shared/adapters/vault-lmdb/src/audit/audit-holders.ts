import type { VaultOptions } from "../records/environment.ts";
import { lookThrough, notAsWritten, type VaultAudit, type VaultFault } from "./vault-audit.ts";

/**
 * Reads every holder's record. Each has a check of its own over reference and identity: one that was changed is found,
 * one that was removed is not.
 * @throws PortError NOT_OURS, CORRUPT
 */
export const auditHolderVault = (options: VaultOptions): Promise<VaultAudit> =>
  lookThrough("holder vault", options, (vault) => {
    const faults: VaultFault[] = [];
    let records = 0;
    for (const { body } of vault.all()) {
      records += 1;
      // A reference is the holder's own affair: the place among all records has to do.
      if (body === undefined)
        faults.push({ about: "HOLDER", id: String(records), what: notAsWritten });
    }
    return { records, faults };
  });
