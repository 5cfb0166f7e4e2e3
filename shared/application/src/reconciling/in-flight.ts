import { type CardId, leavesOf, shardOf } from "@scrip/domain";
import type { Outbox } from "@scrip/ports";
import { eventIn } from "@scrip/wire";
import type { LedgerCards } from "./ledger-cards.ts";
import { inFlightPageEvents } from "./limits.ts";

interface Streams {
  readonly outbox: Outbox;
  readonly ledger: Pick<LedgerCards, "head">;
}

/** Whether the store has an event of the card that the verified copy of the ledger does not have yet. */
export const isInFlight = (streams: Streams, cardId: CardId): Promise<boolean> =>
  isAhead(streams, shardOf(cardId, streams.outbox.streams - 1), cardId);

/** Whether the card may have been reconciled without the verified copy knowing it yet. */
export const isReconcilingInFlight = (streams: Streams, cardId: CardId): Promise<boolean> =>
  isAhead(streams, streams.outbox.streams - 1, cardId);

/** Whether a stream of the store names the card behind where the copy is. */
async function isAhead(
  { outbox, ledger }: Streams,
  shard: number,
  cardId: CardId,
): Promise<boolean> {
  let { nextSeq } = ledger.head(shard);
  // What the outbox has forgotten the ledger has; our copy of it is behind, and what is between cannot be seen here.
  if ((await outbox.trimPoint(shard)).seq > nextSeq) return true;
  for (;;) {
    const entries = await outbox.read(shard, nextSeq, inFlightPageEvents);
    if (entries.some(({ bytes }) => names(bytes, cardId))) return true;
    const last = entries.at(-1);
    if (last === undefined) return false;
    nextSeq = last.seq + 1;
  }
}

function names(bytes: Uint8Array, cardId: CardId): boolean {
  const entry = eventIn(bytes);
  // Bytes that are no event name no card; the ledger says so in their place.
  return entry !== null && leavesOf(entry.event).cards.includes(cardId);
}
