import type {
  Amount,
  BatchId,
  CardId,
  CardRefunded,
  CardsGenerated,
  CardWrittenOff,
  Effect,
  OpId,
  ParticipantId,
  ProgramId,
  Unit,
} from "@scrip/domain";
import {
  amountMax,
  bulkCardsPerEventMax,
  lotsPerWriteOffMax,
  nameCharsMax,
  passedCardsMax,
  programVersionMax,
} from "@scrip/domain";
import type { EventEntry, GenesisEntry, NamedKey, SealEntry } from "@scrip/wire";
import { keysPerRoleMax, partySignaturesMax } from "@scrip/wire";

/* Entries made by hand: an ordinary sale, and the largest of each kind. */

const hexOf = <T extends string>(bytes: number, byte = "ff"): T => byte.repeat(bytes) as T;
const longest = "z".repeat(nameCharsMax);
const most = amountMax as Amount;
const late = 253_402_300_799_999;
const top = Number.MAX_SAFE_INTEGER;

/** A sale over `count` lots. */
export function sale(count: number): EventEntry & { readonly event: CardWrittenOff } {
  const cards = Array.from({ length: count }, (_, index): Effect => ({
    cardId: index.toString(16).padStart(40, "0") as CardId,
    version: 7,
    amount: 2_599n as Amount,
    balance: 7_401n as Amount,
    held: 0n as Amount,
  }));
  const event: CardWrittenOff = {
    type: "CardWrittenOff",
    atMs: 1_767_225_600_000,
    actor: "store-330" as ParticipantId,
    opId: hexOf<OpId>(32, "ab"),
    programId: "gold" as ProgramId,
    programVersion: 1,
    cards,
    acceptor: "store-330" as ParticipantId,
    businessAtMs: 1_767_225_600_000,
  };
  return { kind: "event", event, nonce: hexOf(16, "cd"), partySignatures: [] };
}

const common = {
  atMs: late,
  actor: longest as ParticipantId,
  opId: hexOf<OpId>(32),
  programId: longest as ProgramId,
  programVersion: programVersionMax,
};
const effect = (): Effect => ({
  cardId: hexOf<CardId>(20),
  version: top,
  amount: most,
  balance: most,
  held: most,
});
const lots = Array.from({ length: lotsPerWriteOffMax }, effect);
const partySignatures = Array.from({ length: partySignaturesMax }, () => ({
  participantId: longest,
  algorithm: "a".repeat(128),
  keyId: hexOf(64),
  signature: hexOf(4_096),
}));
const wrapped = <Event extends EventEntry["event"]>(event: Event) =>
  ({ kind: "event", event, nonce: hexOf(16), partySignatures }) as const;

const bulk: CardsGenerated = {
  type: "CardsGenerated",
  ...common,
  batchId: hexOf<BatchId>(16),
  cards: Array.from({ length: bulkCardsPerEventMax }, () => ({
    cardId: hexOf<CardId>(20),
    version: top,
  })),
  each: { amount: most, balance: most, held: most },
  issuer: longest as ParticipantId,
  unit: "ZZZ" as Unit,
  faceValue: most,
  expiresAtMs: late,
};
const moved = { ...common, cards: lots, acceptor: longest as ParticipantId, businessAtMs: late };
const largestSale: CardWrittenOff = { type: "CardWrittenOff", ...moved };
const passed = Array.from({ length: passedCardsMax }, () => hexOf<CardId>(20));
const largestRefund: CardRefunded = {
  type: "CardRefunded",
  ...moved,
  writeOffId: hexOf<OpId>(32),
  passed,
};

const keys: readonly NamedKey[] = Array.from({ length: keysPerRoleMax }, () => ({
  name: "n".repeat(128),
  publicKey: hexOf(32),
}));
const genesis: GenesisEntry = {
  kind: "genesis",
  chainId: "c".repeat(128),
  shards: 65_535,
  cryptoSuite: "s".repeat(128),
  protocolVersion: top,
  timeMs: late,
  validators: keys,
  quorum: keysPerRoleMax,
  writers: keys,
  operators: keys,
  receipts: keys,
  skewMaxMs: late,
};
const widest = -(2n ** 127n);
const seal: SealEntry = {
  kind: "seal",
  height: top,
  timeMs: late,
  mapRoot: hexOf(32),
  cards: top,
  totals: {
    loaded: widest,
    adjusted: widest,
    movedIn: widest,
    movedOut: widest,
    available: widest,
    held: widest,
    writtenOff: widest,
    refunded: widest,
    expired: widest,
    cancelled: widest,
  },
  lawGauge: widest,
  latenessMs: top,
};

/** As large as each kind can be. */
export const largest = {
  bulk: wrapped(bulk),
  sale: wrapped(largestSale),
  refund: wrapped(largestRefund),
  genesis,
  seal,
};
