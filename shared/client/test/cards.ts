import type { CardState, EventEntry } from "@scrip/wire";
import { cardIdOfCode, codeAt, formatCode } from "@scrip/wire";
import { sha256Ed25519 as suite } from "@scrip/signing";

/* Cards with codes, and sales of them. */

const seed = new Uint8Array(32).fill(7);
const codes = [0, 1, 2].map((index) => codeAt(suite.hash, seed, index));
export const typed = codes.map(formatCode);
export const cardIds = codes.map((code) => cardIdOfCode(suite.hash, code));

export const expiresAtMs = 1_800_000_000_000;

/** Card `index` after its second event, with this balance. */
export function card(index: number, balance: bigint): CardState {
  return {
    card: {
      cardId: cardIds[index],
      programId: "gold",
      programVersion: 1,
      unit: "CNY",
      batchId: "00112233445566778899aabbccddeeff",
      faceValue: 10_000n,
      generatedAtMs: 1_600_000_000_000,
      issuer: "acme",
      distributor: "north",
      expiresAtMs,
      standing: { status: balance === 0n ? "REDEEMED" : "ACTIVE" },
      binding: { kind: "UNBOUND" },
      balance,
      held: 0n,
      sums: {
        loaded: 10_000n,
        adjusted: 0n,
        movedIn: 0n,
        movedOut: 0n,
        writtenOff: 10_000n - balance,
        refunded: 0n,
        expired: 0n,
        cancelled: 0n,
      },
      refundables: [],
      dailySpend: null,
      version: 4,
      lastAtMs: 1_650_000_000_000,
    },
    lastEventId: "ab".repeat(32),
    nonce: `${index}0`.repeat(16),
    diverged: false,
  } as unknown as CardState;
}

/** A sale of `amount` from card `index`. */
export function sale(index: number, amount: bigint): EventEntry {
  return {
    kind: "event",
    event: {
      type: "CardWrittenOff",
      atMs: 1_650_000_000_000,
      actor: "shop",
      opId: "cd".repeat(32),
      programId: "gold",
      programVersion: 1,
      cards: [{ cardId: cardIds[index], version: 4, amount, balance: 10_000n - amount, held: 0n }],
      acceptor: "store-330",
      businessAtMs: 1_650_000_000_000,
    },
    nonce: "5a".repeat(16),
    partySignatures: [],
  } as unknown as EventEntry;
}
