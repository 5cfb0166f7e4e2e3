import { createHash } from "node:crypto";
import {
  amount,
  batchId,
  type Card,
  type CardId,
  cardId,
  holderCommitment,
  type Operation,
  type OpId,
  opId,
  participantId,
  programId,
  unit,
  zero,
} from "@scrip/domain";
import type {
  CardRecord,
  Change,
  NewEvent,
  NewOutcome,
  OperationRecord,
  Outcome,
  Pointer,
} from "@scrip/ports";

/** Shards of the stores that the suites open. */
export const suiteShards = 4;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A card id of this shard, the same for the same name. */
export const cardIdIn = (shard: number, name: string): CardId =>
  cardId(inShard(shard) + hash(`card ${name}`).slice(0, 38));

/** A wallet of this shard. */
export const walletIn = (shard: number, name: string): string =>
  inShard(shard) + hash(`wallet ${name}`).slice(0, 38);

export const opIdOf = (name: string): OpId => opId(hash(`op ${name}`));

const inShard = (shard: number): string => (shard + suiteShards * 3).toString(16).padStart(2, "0");

/** A card with every field filled. */
export function fullCard(id: CardId, with_: Partial<Card> = {}): Card {
  const card: Card = {
    cardId: id,
    programId: programId("gold"),
    programVersion: 3,
    unit: unit("CNY"),
    batchId: batchId("0b".repeat(16)),
    faceValue: amount(10_000n),
    generatedAtMs: 1_700_000_000_000,
    issuer: participantId("issuer"),
    distributor: participantId("distributor"),
    expiresAtMs: 1_900_000_000_000,
    standing: { status: "ACTIVE" },
    binding: { kind: "UNBOUND" },
    balance: amount(9_007_199_254_740_991n),
    held: amount(5n),
    sums: {
      loaded: amount(10_000n),
      adjusted: 0n,
      movedIn: amount(1n),
      movedOut: amount(2n),
      writtenOff: amount(3n),
      refunded: amount(4n),
      expired: zero,
      cancelled: amount(6n),
    },
    refundables: [refundable("sale 1"), refundable("sale 2")],
    dailySpend: { day: 19_675, amount: amount(250n) },
    version: 1,
    lastAtMs: 1_700_000_000_001,
    ...with_,
  };
  return { ...card, sums: { ...card.sums, adjusted: adjustedOf(card) } };
}

/** What must have been adjusted for law 1 to hold of the card. */
export function adjustedOf({ balance, sums }: Card): bigint {
  const { loaded, movedIn, movedOut, writtenOff, refunded, expired, cancelled } = sums;
  return balance + writtenOff - refunded + expired + cancelled + movedOut - loaded - movedIn;
}

const refundable = (name: string): Card["refundables"][number] => ({
  opId: opIdOf(name),
  acceptor: participantId("store-1"),
  amount: amount(250n),
  refunded: zero,
  refundableUntilMs: 1_800_000_000_000,
});

/** The record of a card; bound to the wallet when one is given. */
export function recordOf(card: Card, walletId: string | null = null): CardRecord {
  const holder = holderCommitment(hash(`holder ${walletId}`));
  const bound: Card = walletId === null ? card : { ...card, binding: { kind: "BOUND", holder } };
  return { card: bound, lastEventId: hash("last"), nonce: hash("nonce").slice(0, 32), walletId };
}

export function operationOf(id: OpId, cards: readonly CardId[], version = 1): OperationRecord {
  const operation: Operation = {
    opId: id,
    programId: programId("points"),
    unit: unit("PTS"),
    acceptor: participantId("store-7"),
    refundableUntilMs: 1_700_000_000_003,
    legs: cards.map((card, nth) => ({ cardId: card, amount: amount(nth + 1), refunded: zero })),
    version,
  };
  return { operation, lastEventId: hash("last"), nonce: hash("nonce").slice(0, 32) };
}

/** An event as the store sees it: an id and bytes, both the same for the same name. */
export const eventOf = (name: string): NewEvent => ({
  eventId: hash(`event ${name}`),
  bytes: new Uint8Array(Buffer.from(`bytes of ${name}`)),
});

export const pointerOf = (id: OpId, shard: number, body = "body"): Pointer => ({
  opId: id,
  bodyHash: hash(body),
  decisionShard: shard,
});

export const outcomeOf = (id: OpId, answer = "{}"): NewOutcome => ({
  opId: id,
  kind: "DONE",
  eventId: hash(`event of ${id}`),
  atMs: 1_700_000_000_004,
  answer,
});

/** The outcome as the store keeps it. */
export const keptAs = (outcome: NewOutcome | null, seq: number | null): Outcome | undefined =>
  outcome === null ? undefined : { ...outcome, seq };

/** A change of this shard that changes nothing, but for what is given. */
export const changeOf = (shard: number, given: Partial<Change>): Change => ({
  shard,
  pointer: null,
  outcome: null,
  cards: [],
  operations: [],
  operationRemoves: [],
  claims: [],
  events: [],
  walletAdds: [],
  walletRemoves: [],
  dueAdds: [],
  dueRemoves: [],
  ...given,
});

/** Brings a card into a store that has none of this id. */
export const birth = (record: CardRecord, shard: number): Change =>
  changeOf(shard, {
    cards: [{ record, expectedVersion: 0 }],
    events: [eventOf(`birth of ${record.card.cardId}`)],
  });

/** The next version of a card, under an operation key. */
export function moveOf(record: CardRecord, shard: number, name: string): Change {
  const id = opIdOf(name);
  const { card } = record;
  const next = { ...record, card: { ...card, version: card.version + 1 } };
  return changeOf(shard, {
    pointer: pointerOf(id, shard),
    outcome: outcomeOf(id, JSON.stringify({ name })),
    cards: [{ record: next, expectedVersion: card.version }],
    events: [eventOf(name)],
  });
}

/** Where the suites' streams begin. */
export const suiteStart = (shard: number): { epoch: number; seq: number; chain: string } => ({
  epoch: 1,
  seq: 0,
  chain: hash(`stream ${shard}`),
});
