export { localApiKeys } from "./api-keys.ts";
export { composeAll } from "./compose.ts";
export { openAdapters, type Adapters } from "./container.ts";
export { openDataDirectory, type DataDirectory } from "./data-directory.ts";
export { ledgerScript } from "./ledger-script.ts";
export { keepPolicy } from "./policy-file.ts";
