export {
  auditCardStore,
  type CardStoreAudit,
  type CardStoreFault,
  type DueEntries,
} from "./audit-card-store.ts";
export { openCardStore, type CardStoreOptions } from "./open-card-store.ts";
export { rebuildCardStore } from "./rebuild-card-store.ts";
export { type StoreIdentity } from "./identity.ts";
