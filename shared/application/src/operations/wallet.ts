import { drawable, type Card, type CardId, type Program, type Unit } from "@scrip/domain";
import type { CardRecord, CardStore } from "@scrip/ports";
import type { Balances } from "@scrip/wire";
import { walletCardsMax, walletPageCards } from "../keyed/limits.ts";
import { balancesOf, shown } from "./answers.ts";

/**
 * Everything that is bound to the wallet now, at most `walletCardsMax`; index entries whose card names another wallet
 * are passed over.
 */
export async function walletRecords(store: CardStore, walletId: string): Promise<CardRecord[]> {
  const records: CardRecord[] = [];
  let after: CardId | null = null;
  for (let seen = 0; seen < walletCardsMax; seen += walletPageCards) {
    const page: CardId[] = await store.walletCards(walletId, after, walletPageCards);
    const found = await store.cards(page);
    records.push(...found.filter((record) => record.walletId === walletId));
    const last = page.at(-1);
    if (page.length < walletPageCards || last === undefined) break;
    after = last;
  }
  return records;
}

/** What lies in a wallet, and the terms and time by which it may be spent. */
export interface WalletView {
  readonly cards: readonly Card[];
  readonly program: (card: Card) => Program | undefined;
  readonly nowMs: number;
}

/**
 * What a wallet's cards of one unit hold: `balance` is their sum; `available` is what they can give now, from points
 * the most that one write-off can draw. Expired lots and blocked cards are in the one and not in the other; what a program
 * lets be spent at once, in a day or where changes neither.
 */
export function walletBalances(view: WalletView, unit: Unit): Balances {
  const cards = view.cards.filter((card) => card.unit === unit);
  const tenders = new Map<string, { readonly program: Program; readonly cards: Card[] }>();
  for (const card of cards) {
    const program = view.program(card);
    if (program === undefined) continue;
    const name = program.kind === "POINTS" ? program.programId : card.cardId;
    const tender = tenders.get(name) ?? { program, cards: [] };
    tender.cards.push(card);
    tenders.set(name, tender);
  }
  const spendable = [...tenders.values()].reduce((sum, { program, cards }) => {
    return sum + drawable(cards, Math.max(view.nowMs, program.effectiveFromMs));
  }, 0n);
  return { ...balancesOf(cards, unit), available: shown(spendable) };
}
