import { noEffects, situationOf } from "@scrip/application";
import {
  amount,
  cardId,
  decide,
  evolve,
  type Card,
  type CardId,
  type DomainEvent,
  type OpId,
  type ParticipantId,
  shardOf,
} from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import { decodeLeaf, encodeEntry, encodeLeaf, equalBytes, leafKey, toHex } from "@scrip/wire";
import type { System } from "./embedded-system.ts";

/** Nobody registered this one: the rules of the ledger refuse what names it, a careless store does not. */
const stranger = "stranger" as ParticipantId;

/**
 * Saves a sale as a store would that does not ask who the acceptor is: the cards pay, the event says so, and the ledger
 * is going to refuse it. @returns its event id
 */
export async function forgeSale(
  { adapters }: System,
  cardIds: readonly CardId[],
  minorUnits: number,
): Promise<string> {
  const { cards, suite, clock, identity } = adapters;
  const records = await cards.cards(cardIds);
  const [first] = records;
  if (first === undefined) throw new Error("no such cards");
  const { holder } = first.card.binding.kind === "BOUND" ? first.card.binding : { holder: null };
  const opId = toHex(identity.randomBytes(32)) as OpId;
  const situation = situationOf(
    programOf(adapters, first.card),
    records.map(({ card }) => card),
  );
  const decision = decide(situation, {
    type: "WriteOff",
    opId,
    actor: stranger,
    nowMs: clock.nowMs(),
    tender: holder === null ? { kind: "CODE" } : { kind: "WALLET", holder },
    unit: null,
    amount: amount(minorUnits),
    allowPartial: false,
    minimumAvailable: amount(0),
    acceptor: stranger,
    businessAtMs: clock.nowMs(),
  });
  if (decision.kind === "REFUSED") throw new Error(decision.refusal.code);
  return await save(decision.event);

  async function save(event: DomainEvent): Promise<string> {
    const nonce = toHex(identity.randomBytes(16));
    const bytes = encodeEntry({ kind: "event", event, nonce, partySignatures: [] });
    const eventId = toHex(leafHash(suite.hash, bytes));
    const after = evolve(situation, event);
    await cards.save({
      ...nothing,
      shard: shardOf(cardIds[0] ?? "", cards.shards),
      cards: after.cards.map((card) => ({
        record: {
          card,
          lastEventId: eventId,
          nonce,
          walletId: records.find((one) => one.card.cardId === card.cardId)?.walletId ?? null,
        },
        expectedVersion: card.version - 1,
      })),
      operations: after.operations.map((operation) => ({
        record: { operation, lastEventId: eventId, nonce },
        expectedVersion: operation.version - 1,
      })),
      events: [{ eventId, bytes }],
    });
    return eventId;
  }
}

/**
 * Saves a points lot as a store would that does not ask who the acceptor is: the ledger is going to refuse its birth.
 * @returns its card id
 */
export async function forgeLot(
  { adapters }: System,
  { like, minorUnits }: { readonly like: CardId; readonly minorUnits: number },
): Promise<CardId> {
  const { cards, suite, clock, identity } = adapters;
  const model = await cards.card(like);
  if (model?.card.binding.kind !== "BOUND") throw new Error("no such lot");
  const { card, walletId } = model;
  // The same first byte is the same shard.
  const lotId = cardId(like.slice(0, 2) + toHex(identity.randomBytes(19)));
  const situation = situationOf(programOf(adapters, card), []);
  const decision = decide(situation, {
    type: "GrantPoints",
    opId: toHex(identity.randomBytes(32)) as OpId,
    actor: stranger,
    nowMs: clock.nowMs(),
    lotId,
    holder: model.card.binding.holder,
    amount: amount(minorUnits),
    expiresAtMs: null,
    acceptor: stranger,
    businessAtMs: clock.nowMs(),
  });
  if (decision.kind === "REFUSED") throw new Error(decision.refusal.code);
  const nonce = toHex(identity.randomBytes(16));
  const entry = { kind: "event", event: decision.event, nonce, partySignatures: [] } as const;
  const bytes = encodeEntry(entry);
  const lastEventId = toHex(leafHash(suite.hash, bytes));
  await cards.save({
    ...nothing,
    shard: shardOf(lotId, cards.shards),
    cards: evolve(situation, decision.event).cards.map((lot) => ({
      record: { card: lot, lastEventId, nonce, walletId },
      expectedVersion: 0,
    })),
    events: [{ eventId: lastEventId, bytes }],
    walletAdds: walletId === null ? [] : [{ walletId, cardId: lotId }],
  });
  return lotId;
}

/** What a change that changes nothing has. */
export const nothing = { pointer: null, outcome: null, ...noEffects };

function programOf({ suite, follower }: System["adapters"], card: Card) {
  const { programId, programVersion: version } = card;
  const bytes = follower.leaf(leafKey(suite.hash, "program-version", { programId, version }));
  return bytes === undefined ? null : decodeLeaf("program-version", bytes);
}

/** Cards and operations of the store that are not, to the byte, what the ledger has. */
export async function differences({ adapters }: System): Promise<string[]> {
  const { cards: store, follower, suite } = adapters;
  const found: string[] = [];
  const compare = (id: string, key: Uint8Array, own: Uint8Array): void => {
    const theirs = follower.leaf(key);
    if (theirs === undefined || !equalBytes(own, theirs)) found.push(id);
  };
  for (let shard = 0; shard < store.shards; shard += 1) {
    for (const { card, lastEventId, nonce } of await store.scan(shard, null, 1_000)) {
      const state = { card, lastEventId, nonce, diverged: false };
      compare(card.cardId, leafKey(suite.hash, "card", card.cardId), encodeLeaf("card", state));
    }
    for (const { operation, lastEventId, nonce } of await store.operationsOf(shard, null, 1_000)) {
      const state = { operation, lastEventId, nonce, diverged: false };
      const { opId } = operation;
      compare(opId, leafKey(suite.hash, "operation", opId), encodeLeaf("operation", state));
    }
  }
  return found;
}
