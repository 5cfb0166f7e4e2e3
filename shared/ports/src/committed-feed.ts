import type { FinalityState } from "./finality.ts";

/** A control event as the verified copy of the ledger has it. */
export interface ControlFact {
  /** Log index. */
  readonly index: number;
  /** The event's entry. */
  readonly entry: Uint8Array;
  /** Of a changed program: the leaf of its version, which says from when it rules. Null for any other event. */
  readonly version: Uint8Array | null;
}

/** An event that is on the ledger, and what became of it there. */
export interface SettledEvent {
  readonly eventId: string;
  readonly state: Exclude<FinalityState, "ACCEPTED">;
}

/** How long who asks for news is kept waiting for some, milliseconds. */
export const newsHoldMs = 10_000;

/** How far somebody has heard the news. */
export interface NewsPlace {
  /** Log index of the last control event they have; −1: of none. */
  readonly control: number;
  /** Log size of the last news; null: none yet, and no events from before are wanted. */
  readonly size: number | null;
}

/** What the verified copy has beyond a place. */
export interface CommittedNews {
  /** Its log size. */
  readonly size: number;
  /** Whether it has had everything of the ledger since its process started. */
  readonly caughtUp: boolean;
  /** The next control events, in the order of the log. */
  readonly control: readonly ControlFact[];
  /** Whether there are more of them: ask again. */
  readonly more: boolean;
  /** Number of the next event of the control stream: the copy has all before it. */
  readonly controlSeq: number;
  /** Events since the place's size, as far as the newest are kept at hand: whoever misses one asks for its finality. */
  readonly events: readonly SettledEvent[];
}

/** The verified copy of the ledger, for those who keep none. */
export interface CommittedFeed {
  /**
   * Resolves at once when there is something beyond the place, else as soon as there is, or after `newsHoldMs` without, or
   * when the signal is aborted.
   * @throws PortError UNAVAILABLE
   */
  news(beyond: NewsPlace, signal: AbortSignal): Promise<CommittedNews>;
  /** Of each event in turn. @throws PortError UNAVAILABLE */
  finality(eventIds: readonly string[]): Promise<FinalityState[]>;
  close(): Promise<void>;
}
