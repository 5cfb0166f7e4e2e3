import type { Amount, Card, CardId, Program, Unit, WriteOff } from "@scrip/domain";
import { amountMax, decide, opId, sumOf, zero } from "@scrip/domain";
import type { CardRecord, CardStore } from "@scrip/ports";
import type { Balances } from "@scrip/wire";
import { walletCardsMax, walletPageCards } from "../keyed/limits.ts";
import { situationOf } from "../keyed/situation.ts";
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
 * What a wallet's cards of one unit hold: `balance` is their sum; `available` is what can be spent now, from points the
 * most that one write-off can draw. Expired lots and blocked cards are in the one and not in the other.
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
    return sum + spendableOf(program, cards, view.nowMs);
  }, 0n);
  return { ...balancesOf(cards, unit), available: shown(spendable) };
}

const nobodysKey = opId("0".repeat(64));

/** The rules themselves say what one tender gives: as much as a sale of everything would take. */
function spendableOf(program: Program, cards: readonly Card[], nowMs: number): bigint {
  const holder = cards.find(({ binding }) => binding.kind === "BOUND")?.binding;
  if (holder?.kind !== "BOUND") return 0n;
  const everything: WriteOff = {
    type: "WriteOff",
    nowMs,
    actor: program.issuer,
    opId: nobodysKey,
    tender: { kind: "WALLET", holder: holder.holder },
    unit: null,
    amount: amountMax as Amount,
    allowPartial: true,
    minimumAvailable: zero,
    acceptor: program.issuer,
    businessAtMs: nowMs,
  };
  // That a sale finds no room (to keep it for its refund, in a card's life sum) says nothing about the value there is.
  const terms = { ...program, refundWindowDays: 0 };
  const fresh = cards.map((card) => ({ ...card, sums: { ...card.sums, writtenOff: zero } }));
  const decision = decide(situationOf(terms, fresh), everything);
  const drawn = decision.kind === "ACCEPTED" ? decision.event : null;
  return drawn?.type === "CardWrittenOff" ? sumOf(drawn.cards) : 0n;
}
