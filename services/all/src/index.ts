export { composeAll } from "./compose.ts";
export { openAdapters, type Adapters } from "./container.ts";
