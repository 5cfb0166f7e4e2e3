export { openCardStore, type CardStoreOptions } from "./open-card-store.ts";
export { rebuildCardStore } from "./rebuild-card-store.ts";
export { type StoreIdentity } from "./identity.ts";
