import type { Card, CardId, Program, ProgramId } from "@scrip/domain";
import type { CardRecord, HolderIdentity } from "@scrip/ports";
import type { Balances, Json } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import { balancesOf } from "./answers.ts";
import { identifyHolder } from "./holders.ts";
import { walletBalances, walletRecords } from "./wallet.ts";

/** What the checkout shows: a code (as its card id), or a wallet with either its lots or one bound card. */
export type ShownTender =
  | { readonly kind: "CODE"; readonly cardId: CardId }
  | { readonly kind: "LOTS"; readonly holder: string; readonly programId: ProgramId }
  | { readonly kind: "BOUND_CARD"; readonly holder: string; readonly cardId: CardId };

/** A tender with the wallet in place of the holder's name. */
export type KnownTender =
  | { readonly kind: "CODE"; readonly cardId: CardId }
  | { readonly kind: "LOTS"; readonly wallet: HolderIdentity; readonly programId: ProgramId }
  | { readonly kind: "BOUND_CARD"; readonly wallet: HolderIdentity; readonly cardId: CardId };

export async function identify(ports: OperationPorts, shown: ShownTender): Promise<KnownTender> {
  if (shown.kind === "CODE") return shown;
  const { holder, ...rest } = shown;
  return { wallet: await identifyHolder(ports, holder), ...rest };
}

/** How a retry is told from another request: by card and wallet ids, which name neither code nor holder. */
export function askedOf(tender: KnownTender): Json {
  switch (tender.kind) {
    case "CODE":
      return { cardId: tender.cardId };
    case "LOTS":
      return { wallet: tender.wallet.walletId, programId: tender.programId };
    case "BOUND_CARD":
      return { wallet: tender.wallet.walletId, cardId: tender.cardId };
  }
}

/** The card shown, or every lot of the wallet in this program. */
export async function recordsOf(ports: OperationPorts, tender: KnownTender): Promise<CardRecord[]> {
  if (tender.kind === "LOTS") return await lotsOf(ports, tender.wallet.walletId, tender.programId);
  const record = await ports.store.card(tender.cardId);
  return record === undefined ? [] : [record];
}

/** The lots of a wallet in one program that have something left. */
export async function lotsOf(
  ports: OperationPorts,
  walletId: string,
  programId: ProgramId,
): Promise<CardRecord[]> {
  const records = await walletRecords(ports.store, walletId);
  return records.filter(({ card }) => card.batchId === null && card.programId === programId);
}

/** A card and whose wallet it is in. */
type Placed = Pick<CardRecord, "card" | "walletId">;

/** What the tender holds; `[]` where whoever shows it may not see that: the card is somebody else's. */
export function balancesShown(
  tender: KnownTender,
  records: readonly Placed[],
  by: { readonly program: Program; readonly nowMs: number },
): readonly Balances[] {
  const cards = records.map(({ card }) => card);
  const { program } = by;
  if (tender.kind === "LOTS") return [lotBalances(cards, by)];
  return records.every((record) => mayShow(tender, record, program))
    ? [balancesOf(cards, program.unit)]
    : [];
}

/** What the lots of one wallet and program hold. */
export const lotBalances = (
  lots: readonly Card[],
  by: { readonly program: Program; readonly nowMs: number },
): Balances =>
  walletBalances({ cards: lots, program: () => by.program, nowMs: by.nowMs }, by.program.unit);

function mayShow(
  tender: Exclude<KnownTender, { kind: "LOTS" }>,
  { card, walletId }: Placed,
  program: Program,
): boolean {
  if (tender.kind === "BOUND_CARD") return walletId === tender.wallet.walletId;
  return card.binding.kind === "UNBOUND" || program.spendByCodeWhenBound;
}

/** Whose turn it is when the tender is used: operations that would conflict share a name. */
export const turnOf = (tender: KnownTender): string =>
  tender.kind === "LOTS" ? walletTurn(tender.wallet.walletId) : cardTurn(tender.cardId);

export const walletTurn = (walletId: string): string => `wallet ${walletId}`;
export const cardTurn = (cardId: CardId): string => `card ${cardId}`;
