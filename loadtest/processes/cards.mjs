// Cards as they stand after they were generated, acquired and distributed, put straight into a card store.
import {
  amount,
  batchId,
  defaultLimits,
  participantId,
  programId,
  shardOf,
  unit,
} from "@scrip/domain";
import { cardIdOfCode, parseCode } from "@scrip/wire";

const cardsPerSave = 500;
const startMs = 1_767_225_600_000;
const dayMs = 86_400_000;

const issuer = participantId("issuer");
const gift = programId("gift");
const batch = batchId("00112233445566778899aabbccddeeff");
const noValue = amount(0);

/** The one program of these cards. @type {import("@scrip/domain").Program} */
export const program = {
  programId: gift,
  version: 1,
  kind: "GIFT_CARD",
  unit: unit("EUR"),
  issuer,
  refundWindowDays: 30,
  showBalance: true,
  ...defaultLimits,
  spendByCodeWhenBound: true,
  effectiveFromMs: startMs,
};

/**
 * @param {import("@scrip/ports").CardStore} store
 * @param {readonly string[]} codes
 * @param {{ balance: number, hash: import("@scrip/wire").Hash }} given
 */
export async function putCards(store, codes, { balance, hash }) {
  /** @type {Map<number, import("@scrip/domain").Card[]>} */
  const byShard = new Map();
  for (const text of codes) {
    const code = parseCode(text);
    if (code === null) throw new Error("not a card code");
    const card = newCard(cardIdOfCode(hash, code), amount(balance));
    const shard = shardOf(card.cardId, store.shards);
    byShard.set(shard, [...(byShard.get(shard) ?? []), card]);
  }
  for (const [shard, cards] of byShard) {
    for (let from = 0; from < cards.length; from += cardsPerSave)
      await store.save(births(shard, cards.slice(from, from + cardsPerSave)));
  }
}

/**
 * @param {number} shard
 * @param {readonly import("@scrip/domain").Card[]} cards
 * @returns {import("@scrip/ports").Change}
 */
function births(shard, cards) {
  const [lastEventId, nonce] = ["ab".repeat(32), "cd".repeat(16)];
  return {
    shard,
    pointer: null,
    outcome: null,
    cards: cards.map((card) => ({
      record: { card, lastEventId, nonce, walletId: null },
      expectedVersion: 0,
    })),
    operations: [],
    operationRemoves: [],
    claims: [],
    events: [],
    walletAdds: [],
    walletRemoves: [],
    dueAdds: [],
    dueRemoves: [],
  };
}

/**
 * @param {import("@scrip/domain").CardId} cardId
 * @param {import("@scrip/domain").Amount} value
 * @returns {import("@scrip/domain").Card}
 */
const newCard = (cardId, value) => ({
  cardId,
  programId: gift,
  programVersion: 1,
  unit: program.unit,
  batchId: batch,
  faceValue: value,
  generatedAtMs: startMs,
  issuer,
  distributor: participantId("distributor"),
  expiresAtMs: startMs + 10 * 365 * dayMs,
  standing: { status: "ACTIVE" },
  binding: { kind: "UNBOUND" },
  balance: value,
  held: noValue,
  sums: {
    loaded: value,
    adjusted: 0n,
    movedIn: noValue,
    movedOut: noValue,
    writtenOff: noValue,
    refunded: noValue,
    expired: noValue,
    cancelled: noValue,
  },
  refundables: [],
  dailySpend: null,
  version: 3,
  lastAtMs: startMs,
});
