export { EmbeddedEventLog, type EmbeddedEventLogOptions } from "./embedded-event-log.ts";
export type { EventLogLimits } from "./limits.ts";
