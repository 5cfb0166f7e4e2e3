export { openBatchVault } from "./batch-vault.ts";
export {
  type CallerReader,
  openCallerDirectory,
  openCallerReader,
} from "./callers/caller-directory.ts";
export { openHolderVault } from "./holder-vault.ts";
export type { VaultOptions } from "./records/environment.ts";
