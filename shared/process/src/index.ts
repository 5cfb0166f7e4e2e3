export { type Address, address, urlOf } from "./address.ts";
export { serveLedger, serveNews } from "./channels.ts";
export {
  chainKey,
  clock,
  identity,
  openCallers,
  openCards,
  openCommitted,
  openEvents,
  openHolders,
  openLedger,
  openOperations,
  ownBatches,
  ownCallers,
  ownFollower,
  suite,
} from "./container.ts";
export { untilThere, whenChainIsThere } from "./others.ts";
export {
  appOf,
  nobody,
  type Process,
  type Runnable,
  runProcess,
  startProcess,
} from "./run-process.ts";
export * from "./settings.ts";
