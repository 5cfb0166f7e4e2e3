import type { OutboxEntry } from "@scrip/ports";
import { formatEventId } from "@scrip/wire";
import type { Compared, Comparison } from "./comparison.ts";
import { namedMax } from "./limits.ts";
import type { Restored } from "./restore.ts";

type OldStore =
  | { readonly kind: "NONE" }
  | { readonly kind: "READ" }
  | { readonly kind: "UNREADABLE"; readonly reason: string };

/** What a rebuild did, and how the new store compares with the old one. */
export class RebuildReport {
  old: OldStore = { kind: "NONE" };
  /** Events of the old store that were brought onto the ledger first. */
  delivered = 0;
  lost: readonly (OutboxEntry & { readonly shard: number })[] = [];
  lostFile: string | null = null;
  restored: Restored | null = null;
  comparison: Comparison | null = null;
  /** Records that only the old store has; null where it cannot be read. */
  onlyOld: { readonly cards: number; readonly operations: number } | null = null;
  epochs: readonly number[] = [];
  /** Where the old store is kept. */
  aside: string | null = null;
  restoredAtMs = 0;
  readonly #beganAtMs: number;

  constructor(nowMs: () => number) {
    this.#beganAtMs = nowMs();
  }

  /** Whether the old store could be read and every record of it is the new one's. */
  get provenEqual(): boolean {
    const { comparison, onlyOld, lost } = this;
    if (comparison === null || onlyOld === null || lost.length > 0) return false;
    const { cards, operations, outcomes } = comparison;
    const same = [cards, operations, outcomes].every(isSame);
    return same && onlyOld.cards === 0 && onlyOld.operations === 0;
  }

  lines(): string[] {
    const { restored, aside } = this;
    return [
      this.#oldLine(),
      `delivered   ${this.delivered} events that only the old store had`,
      ...this.#lostLines(),
      ...(restored === null ? [] : this.#restoredLines(restored)),
      ...this.#comparedLines(),
      `epoch       ${Math.max(...this.epochs)} is open, batches of older ones are refused`,
      `in place    ${aside === null ? "there was no store before" : `the old store is kept in ${aside}`}`,
    ];
  }

  #oldLine(): string {
    if (this.old.kind === "NONE") return "old store   there is none";
    return `old store   ${this.old.kind === "READ" ? "read" : `cannot be read: ${this.old.reason}`}`;
  }

  #lostLines(): string[] {
    const { lost, lostFile, old } = this;
    if (old.kind === "UNREADABLE")
      return ["lost        what only the old store had cannot be told"];
    if (lost.length === 0) return [];
    const named = lost
      .slice(0, namedMax)
      .map(({ eventId }) => `lost        ${formatEventId(eventId)}`);
    return [`lost        ${lost.length} events of another history, kept in ${lostFile}`, ...named];
  }

  #restoredLines({ cards, operations, outcomes, events, diverged, strangers }: Restored): string[] {
    const seconds = Math.max(1, this.restoredAtMs - this.#beganAtMs) / 1_000;
    const rate = Math.round(events / seconds).toLocaleString("en");
    return [
      `restored    ${cards} cards, ${operations} operations, ${outcomes} keys from ${events} events in ${seconds.toFixed(1)} s, ${rate} events/s`,
      ...(diverged > 0 ? [`suspended   ${diverged} cards wait to be reconciled`] : []),
      ...(strangers > 0
        ? [`strangers   ${strangers} bound cards whose holder the vault does not know`]
        : []),
    ];
  }

  #comparedLines(): string[] {
    const { comparison, onlyOld } = this;
    if (comparison === null || onlyOld === null) return [];
    const { cards, operations, outcomes, answersOther, named } = comparison;
    const told = (what: string, { same, other, missing }: Compared, only: number): string =>
      `${what}: ${same} the same, ${other} differ, ${missing} only on the ledger, ${only} only in the old store`;
    return [
      `compared    ${told("cards", cards, onlyOld.cards)}`,
      `compared    ${told("operations", operations, onlyOld.operations)}`,
      `compared    keys: ${outcomes.same} the same, ${outcomes.other} differ, ${outcomes.missing} only on the ledger; ${answersOther} answers cannot be told word for word`,
      ...(this.provenEqual ? [] : named.map((name) => `differs     ${name}`)),
      this.provenEqual ? "proven equal" : "not equal to the old store: the ledger is gone by",
    ];
  }
}

const isSame = ({ other, missing }: Compared): boolean => other === 0 && missing === 0;
