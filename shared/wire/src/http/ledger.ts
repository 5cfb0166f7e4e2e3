import type { FromSchema } from "./schema.ts";
import { list, nullable, object, orNull } from "./schema.ts";
import { timeOrNull } from "./operations.ts";
import { count, eventIdText, hashText, sumText, timeText } from "./scalars.ts";

/* The ledger as a whole: `GET /v1/ledger/status`, and what it still owes, `GET /v1/ledger/promises`. The policy, `GET /v1/ledger/policy`, is a text file. */

/** Sums over all cards, in minor units. */
const totals = object({
  loaded: sumText,
  adjusted: sumText,
  movedIn: sumText,
  movedOut: sumText,
  available: sumText,
  held: sumText,
  writtenOff: sumText,
  refunded: sumText,
  expired: sumText,
  cancelled: sumText,
});

export const ledgerStatusAnswer = object({
  chainId: { type: "string" },
  height: count,
  /** Entries in the log. */
  size: count,
  /**
   * Until the copy that answers has caught up since its process started: how many entries it has, and how many there
   * are. Everything else here is then of an earlier state, or of a part of the log. `null` after that.
   */
  catchingUp: orNull(object({ verified: count, of: count })),
  root: hashText,
  mapRoot: hashText,
  cards: count,
  /** Time of the last block; `null` before there is one with events. */
  time: timeOrNull,
  lag: object({
    /** Events accepted and not committed yet. */
    outboxDepth: nullable(count),
    /** From acceptance to commitment, lately, milliseconds. */
    acceptedToCommittedMs: nullable(count),
  }),
  totals,
  /** Left minus right of the law that everything loaded is somewhere; 0. */
  lawGauge: sumText,
  /** Rejected events since the process started. */
  rejections: count,
  /** Cards that wait for an operator after a rejection; null where the card store is out of reach. */
  divergedCards: nullable(count),
} as const);
export type LedgerStatusAnswer = FromSchema<typeof ledgerStatusAnswer>;

/** Overdue promises of receipts that one answer lists. */
export const overdueListedMax = 100;

export const ledgerPromisesAnswer = object({
  /** Events that were not on the ledger in time, since the process started; null where the outbox is out of reach, or the
   * copy has yet to catch up. */
  missed: nullable(count),
  /** Those that are not there yet. */
  overdue: nullable(count),
  /** Promised events that the ledger rejected, since it began: they will never be there. */
  rejected: nullable(count),
  /** The longest overdue first. */
  events: list(
    object({
      shard: count,
      /** Its number in the shard's stream. */
      seq: count,
      eventId: eventIdText,
      /** By when a receipt may have promised it. */
      dueAt: timeText,
    }),
    overdueListedMax,
  ),
  /** The newest first. */
  rejectedEvents: list(
    object({
      eventId: eventIdText,
      /** Why the ledger rejected it. */
      reason: { type: "string" } as const,
      dueAt: timeText,
    }),
    overdueListedMax,
  ),
} as const);
export type LedgerPromisesAnswer = FromSchema<typeof ledgerPromisesAnswer>;
