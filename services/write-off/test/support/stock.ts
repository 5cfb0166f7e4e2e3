import { bindCard, createProgram, grantPoints } from "@scrip/application";
import { defaultLimits } from "@scrip/domain";
import {
  amount,
  batchId,
  participantId,
  programId,
  shardOf,
  unit,
  zero,
  type Card,
  type CardId,
} from "@scrip/domain";
import { sha256Ed25519 } from "@scrip/signing";
import { storeGiven } from "@scrip/testing";
import { cardIdOfCode, codeAt, formatCardId, formatCode, opIdOf } from "@scrip/wire";
import type { Given } from "./given.ts";

const { hash } = sha256Ed25519;
const issuer = participantId("acme");
const key = (name: string) => opIdOf(hash, issuer, name);

/** Opens a program; default: gift cards, refundable for 30 days. */
export async function opened(
  given: Given,
  terms: { programId?: string; kind?: "POINTS"; refundWindowDays?: number } = {},
): Promise<void> {
  const { ledger, ports } = given.parts;
  const id = terms.programId ?? (terms.kind === "POINTS" ? "points" : "gold");
  await createProgram(ports, {
    opId: key(`program ${id}`),
    actor: issuer,
    programId: programId(id),
    kind: terms.kind ?? "GIFT_CARD",
    unit: unit(terms.kind === "POINTS" ? "PTS" : "CNY"),
    issuer,
    refundWindowDays: terms.refundWindowDays ?? 30,
    showBalance: false,
    ...defaultLimits,
    backdatingDaysMax: 3_660,
  });
  await ledger.idle();
}

export interface StockedCard {
  readonly cardId: CardId;
  /** As routes name it. */
  readonly id: string;
  readonly code: string;
}

let cards = 0;

/** A card as it reached a consumer, saved as it stands. */
export async function stocked(
  given: Given,
  balance = 100,
  as: Partial<Card> = {},
): Promise<StockedCard> {
  const { clock, store } = given.parts;
  const code = codeAt(hash, hash(new TextEncoder().encode("stock")), (cards += 1));
  const cardId = cardIdOfCode(hash, code);
  const nowMs = clock.nowMs();
  const value = amount(balance);
  const card = storeGiven.fullCard(cardId, {
    programVersion: 1,
    batchId: batchId("0b".repeat(16)),
    faceValue: value,
    generatedAtMs: nowMs,
    expiresAtMs: null,
    balance: value,
    held: zero,
    sums: { ...storeGiven.fullCard(cardId).sums, ...noSums, loaded: value },
    refundables: [],
    dailySpend: null,
    lastAtMs: nowMs,
    ...as,
  });
  await store.save(storeGiven.birth(storeGiven.recordOf(card), shardOf(cardId, store.shards)));
  return { cardId, id: formatCardId(cardId), code: formatCode(code) };
}

const noSums = {
  adjusted: 0n,
  movedIn: zero,
  movedOut: zero,
  writtenOff: zero,
  refunded: zero,
  expired: zero,
  cancelled: zero,
};

/** A lot; of two lots the one granted first is the older one. */
export async function granted(given: Given, holder: string, points: number): Promise<void> {
  given.parts.clock.advance(1);
  await grantPoints(given.parts.ports, {
    opId: key(`grant ${(cards += 1)}`),
    caller: issuer,
    programId: programId("points"),
    holder,
    amount: amount(points),
    expiresAtMs: null,
    acceptor: null,
    reference: null,
    businessAtMs: null,
  });
}

export async function bound(given: Given, { cardId }: StockedCard, holder: string): Promise<void> {
  await bindCard(given.parts.ports, given.turns, {
    opId: key(`bind ${cardId}`),
    caller: issuer,
    cardId,
    holder,
    maySee: () => true,
  });
}
