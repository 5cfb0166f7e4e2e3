export type { RedisAccess } from "./connection.ts";
export { openHolderVault, type HolderVaultOptions } from "./holder-vault.ts";
