export { Bell } from "./bell.ts";
export { compareHeads, requireSameHeads, type HeadFault } from "./heads.ts";
export { backoffMs, systemPause, type Backoff, type Pause } from "./pause.ts";
export { Relay, type RelayWiring } from "./relay.ts";
export { checkOutbox, positionAt, type Stream } from "./stream.ts";
export type { RelayObserver } from "./stream-relay.ts";
