export { auditCallerDirectory, type CallerAudit } from "./audit/audit-callers.ts";
export { auditHolderVault } from "./audit/audit-holders.ts";
export { auditBatchVault, type SeedAudit } from "./audit/audit-seeds.ts";
export type { VaultAudit, VaultFault } from "./audit/vault-audit.ts";
export { openBatchVault } from "./batch-vault.ts";
export {
  type CallerReader,
  openCallerDirectory,
  openCallerReader,
} from "./callers/caller-directory.ts";
export { openHolderVault } from "./holder-vault.ts";
export type { VaultOptions } from "./records/environment.ts";
