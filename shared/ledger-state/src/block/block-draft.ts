import { addTotals, type Card, type CardId, noTotals, sumsDelta, type Totals } from "@scrip/domain";
import { type Hash, nextChain, type ProtocolLeaf } from "@scrip/wire";
import type { LedgerState } from "../state/ledger-state.ts";
import type { LeafView } from "../state/leaf-view.ts";
import type { BlockInput, JudgedEvent } from "./block.ts";
import { LogGrowth } from "./log-growth.ts";
import { type Rules, rulesOf } from "./protocol.ts";

/** What a block adds to a program, kept beside its leaf until the block is sealed. */
interface Tally {
  entries: number;
  chain: string;
  totals: Totals;
}

/** One block while it is being made. Throwing it away leaves no trace. */
export class BlockDraft {
  readonly state: LedgerState;
  readonly hash: Hash;
  readonly leaves: LeafView;
  readonly log: LogGrowth;
  readonly protocol: ProtocolLeaf;
  readonly rules: Rules;
  readonly timeMs: number;
  readonly events: JudgedEvent[] = [];
  readonly #tallies = new Map<string, Tally>();
  #born = 0;
  #latenessMs = 0;

  constructor(state: LedgerState, { timeMs }: Pick<BlockInput, "timeMs">, protocol: ProtocolLeaf) {
    this.state = state;
    this.hash = state.suite.hash;
    this.leaves = state.leaves();
    this.log = new LogGrowth(state.frontier(), this.hash, state.reader);
    this.protocol = protocol;
    this.rules = rulesOf(protocol.protocolVersion);
    this.timeMs = timeMs;
  }

  /** Largest (block time − event time) so far; 0 when none was late. */
  get latenessMs(): number {
    return this.#latenessMs;
  }

  note(judged: JudgedEvent): void {
    this.events.push(judged);
    if (judged.entry === null) return;
    this.#latenessMs = Math.max(this.#latenessMs, this.timeMs - judged.entry.event.atMs);
  }

  /** Counts one more entry of a program: its leaf proves an export of the program complete. */
  countEntry(programId: string, eventId: string): void {
    const tally = this.#tallyOf(programId);
    if (tally === undefined) return;
    tally.chain = nextChain(this.hash, tally.chain, eventId);
    tally.entries += 1;
  }

  /** Notes what the cards of one event have become; `settleTotals` brings it into the leaves. */
  countCards(programId: string, before: ReadonlyMap<CardId, Card>, after: readonly Card[]): void {
    const tally = this.#tallyOf(programId);
    if (tally === undefined) throw new Error(`cards of a program that is not there: ${programId}`);
    for (const card of after) {
      const known = before.get(card.cardId);
      if (known === undefined) this.#born += 1;
      else if (sameValue(known, card)) continue;
      tally.totals = addTotals(tally.totals, sumsDelta(known, card));
    }
  }

  /** Brings the leaves of programs, and the totals over all, to what the block's events have come to. */
  settleTotals(): void {
    let { cards, totals } = this.leaves.need("totals", null);
    cards += this.#born;
    for (const [programId, { entries, chain, totals: sums }] of this.#tallies) {
      const program = this.leaves.need("program", programId);
      this.leaves.set("program", {
        ...program,
        entries: program.entries + entries,
        chain,
        totals: addTotals(program.totals, sums),
      });
      totals = addTotals(totals, sums);
    }
    this.#tallies.clear();
    this.#born = 0;
    this.leaves.set("totals", { cards, totals });
  }

  /** Undefined for a program that there is not, or not yet: nothing is counted for it. */
  #tallyOf(programId: string): Tally | undefined {
    const known = this.#tallies.get(programId);
    if (known !== undefined) return known;
    const program = this.leaves.get("program", programId);
    if (program === undefined) return undefined;
    const tally = { entries: 0, chain: program.chain, totals: noTotals };
    this.#tallies.set(programId, tally);
    return tally;
  }
}

const sameValue = (a: Card, b: Card): boolean =>
  a.sums === b.sums && a.balance === b.balance && a.held === b.held;
