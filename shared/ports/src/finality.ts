/** How final an event is. It never goes backwards. */
export type FinalityState = "ACCEPTED" | "COMMITTED" | "REJECTED";

/** What the verified copy of the ledger says of an event. */
export interface Finality {
  /** `ACCEPTED` also for an event the ledger does not know (yet). @throws PortError UNAVAILABLE */
  of(eventId: string): Promise<FinalityState>;
  /** Resolves as soon as the event is COMMITTED or REJECTED, or after `timeoutMs` with what is true then. */
  waitFor(eventId: string, timeoutMs: number): Promise<FinalityState>;
}
