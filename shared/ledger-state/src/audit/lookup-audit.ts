import type { CardId, OpId } from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import {
  decodeEntry,
  eventIn,
  formatCardId,
  type Hash,
  kindOfEntry,
  toHex,
  wellFormed,
} from "@scrip/wire";
import type { JudgedEvent } from "../block/block.ts";
import { lookupsOf } from "../block/block-index.ts";
import { auditPageEntries } from "../limits.ts";
import type { FindingSink } from "./finding.ts";
import type { LedgerCopy, LookupCounts } from "./ledger-copy.ts";

/**
 * Makes every look-up anew from the entries, as a follower makes it, and asks the copy for it. All that is due is there
 * and the copy keeps no more than that: so nothing is left over either. Holds a page of events at a time.
 */
export class LookupAudit {
  readonly #copy: LedgerCopy;
  readonly #hash: Hash;
  readonly #report: FindingSink;
  readonly #due = { events: 0, operations: 0, cards: 0, control: 0, listed: 0 };
  #events: JudgedEvent[] = [];

  constructor(copy: LedgerCopy, hash: Hash, report: FindingSink) {
    this.#copy = copy;
    this.#hash = hash;
    this.#report = report;
  }

  /** The next event or rejection of the log. */
  note(judged: JudgedEvent): void {
    this.#events.push(judged);
    if (this.#events.length >= auditPageEntries) this.#compare();
  }

  end(): void {
    this.#compare();
    const due: LookupCounts = this.#due;
    this.#check("look-ups", () => {
      const kept = this.#copy.lookupCounts();
      const wrong = lookupKinds.filter((kind) => kept[kind] !== due[kind]);
      if (wrong.length === 0) return null;
      return wrong.map((kind) => `${kept[kind]} ${kind}, the log leads to ${due[kind]}`).join("; ");
    });
  }

  #compare(): void {
    const { events, operations, cards, control, lists } = lookupsOf({ events: this.#events });
    this.#events = [];
    for (const { eventId, index } of events) this.#event(eventId, index);
    for (const { opId, index } of operations) this.#operation(opId, index);
    const named = new Map(cards.map((card) => [`${card.cardId} ${card.index}`, card]));
    for (const { cardId, index } of named.values()) this.#card(cardId, index);
    for (const index of control) {
      this.#due.control += 1;
      this.#check("control events", () => {
        const [found] = this.#copy.controlEvents(index - 1, 1);
        return found === index ? null : lacks(index, found);
      });
    }
    for (const { list, indexes } of lists) this.#list(list, indexes);
  }

  #event(eventId: string, index: number): void {
    this.#first("events", `evt_${eventId}`, {
      index,
      find: () => this.#copy.indexOfEvent(eventId),
      isAt: (bytes) => toHex(leafHash(this.#hash, offered(bytes))) === eventId,
    });
  }

  #operation(opId: OpId, index: number): void {
    this.#first("operations", `operation ${opId}`, {
      index,
      find: () => this.#copy.indexOfOperation(opId),
      isAt: (bytes) => eventIn(bytes)?.event.opId === opId,
    });
  }

  /** What stands in the log twice is found where it stood first. */
  #first(
    kind: "events" | "operations",
    at: string,
    {
      index,
      find,
      isAt,
    }: {
      readonly index: number;
      readonly find: () => number | undefined;
      readonly isAt: (bytes: Uint8Array) => boolean;
    },
  ): void {
    this.#check(at, () => {
      const found = find();
      const [before] = found !== undefined && found < index ? this.#copy.entries(found, 1) : [];
      if (before !== undefined && isAt(before)) return null;
      this.#due[kind] += 1;
      return found === index ? null : `entry ${index} is listed as ${found ?? "nothing"}`;
    });
  }

  #card(cardId: CardId, index: number): void {
    this.#due.cards += 1;
    this.#check(formatCardId(cardId), () => {
      const [found] = this.#copy.history(cardId, index - 1, 1);
      return found === index ? null : lacks(index, found);
    });
  }

  #list(list: string, indexes: readonly number[]): void {
    this.#due.listed += indexes.length;
    const [first = 0] = indexes;
    this.#check(`list ${list}`, () => {
      const found = this.#copy.listed(list, first - 1, indexes.length);
      const nth = indexes.findIndex((index, place) => found[place] !== index);
      return nth < 0 ? null : lacks(indexes[nth] ?? first, found[nth]);
    });
  }

  /** A record that the copy itself calls corrupt is found too. */
  #check(at: string, fault: () => string | null): void {
    let what: string | null;
    try {
      what = fault();
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "CORRUPT")) throw error;
      what = error.message;
    }
    if (what !== null) this.#report({ part: "INDEX", at, what });
  }
}

const lookupKinds = ["events", "operations", "cards", "control", "listed"] as const;

const lacks = (index: number, found: number | undefined): string =>
  `${found ?? "nothing"} stands where entry ${index} belongs`;

/** The event's bytes as they were offered: a rejection wraps them. */
function offered(bytes: Uint8Array): Uint8Array {
  if (kindOfEntry(bytes) !== "rejection") return bytes;
  const entry = wellFormed(() => decodeEntry(bytes));
  return entry?.kind === "rejection" ? entry.event : bytes;
}
