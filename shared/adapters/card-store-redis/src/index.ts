export { openCardStore, type CardStoreOptions, type SharedCardStore } from "./open-card-store.ts";
export { rebuildCardStore } from "./rebuild-card-store.ts";
export { type StoreIdentity } from "./identity.ts";
export { type Place, type Tls } from "./server/server.ts";
export { type Serving } from "./write-gate.ts";
