import { leavesOf, type DomainEvent, type Effect } from "@scrip/domain";
import { programOf } from "@scrip/ledger-state";
import {
  formatCardId,
  formatEventId,
  formatTime,
  type EventAnswer,
  type HistoryEvent,
  type ListedEvent,
} from "@scrip/wire";
import { effectsOf, type LogEvent } from "./log-event.ts";
import { partiesOf } from "./parties.ts";

/** An event with everything it says of its cards. Rejected bytes that are no event say nothing. */
export const eventView = (found: LogEvent, eventId: string): EventAnswer => ({
  ...facts(found, eventId),
  cards: (found.event === null ? [] : effectsOf(found.event)).map((effect) => ({
    cardId: formatCardId(effect.cardId),
    ...after(effect),
  })),
});

/** An event in the history of the one card that `effect` is of. */
export const historyView = (found: LogEvent, eventId: string, effect: Effect): HistoryEvent => ({
  ...facts(found, eventId),
  ...after(effect),
});

/** An event in the list of its program. */
export const listedView = (found: LogEvent, eventId: string): ListedEvent => ({
  ...facts(found, eventId),
  cards: found.event === null ? 0 : leavesOf(found.event).cards.length,
});

const after = ({ version, amount, balance, held }: Effect) => ({
  version,
  amount: Number(amount),
  balance: Number(balance),
  held: Number(held),
});

const facts = ({ event, index, rejection }: LogEvent, eventId: string) => ({
  eventId: formatEventId(eventId),
  index,
  finality: rejection === null ? ("COMMITTED" as const) : ("REJECTED" as const),
  rejection,
  ...(event === null ? unknown : said(event)),
});

const said = (event: DomainEvent) => ({
  type: event.type,
  at: formatTime(event.atMs),
  businessAt: "businessAtMs" in event ? formatTime(event.businessAtMs) : null,
  programId: programOf(event),
  programVersion: versionOf(event),
  parties: partiesOf(event),
});

const unknown = {
  type: null,
  at: null,
  businessAt: null,
  programId: null,
  programVersion: null,
  parties: [],
};

function versionOf(event: DomainEvent): number | null {
  if ("program" in event) return event.program.version;
  return "programVersion" in event ? event.programVersion : null;
}
