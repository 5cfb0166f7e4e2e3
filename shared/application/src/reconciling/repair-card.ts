import { type Card, type CardId, dueAtMs, isSetApart, shardOf } from "@scrip/domain";
import type {
  CardRecord,
  CardStore,
  DueEntry,
  Expected,
  HolderVault,
  OperationRecord,
  OperationRemove,
  Outbox,
} from "@scrip/ports";
import type { CardState, Hash } from "@scrip/wire";
import { noEffects } from "../keyed/attempt.ts";
import { againOnConflict } from "../keyed/on-conflict.ts";
import { isReconcilingInFlight } from "./in-flight.ts";
import type { LedgerCards } from "./ledger-cards.ts";
import { operationsOf } from "./operations-of.ts";
import { isUnborn, setApart } from "./standing.ts";
import { sameBinding, walletsByCommitment } from "./wallets.ts";

export interface RepairPorts {
  readonly store: CardStore & Outbox;
  readonly ledger: LedgerCards;
  readonly vault: Pick<HolderVault, "identities">;
  readonly hash: Hash;
}

/** What a repair found of a card that an event named which the ledger refused. */
export type CardRepair =
  /** Now nobody may touch it in the store. */
  | "SUSPENDED"
  /** It was suspended before. */
  | "APART"
  /** So it was, and the ledger does not have it: its birth was refused. No operator can set it; it stays as it is. */
  | "UNBORN"
  /** The copy of the ledger is behind: the card may have been reconciled since. Nothing was done; look again later. */
  | "BEHIND"
  /** An operator has set it, the ledger has that, and now the store has it too. */
  | "RECONCILED"
  /** Store and ledger go on together, or the store does not know the card. */
  | "SOUND";

/**
 * Brings the store's card to where the ledger says it is: apart after a rejection, and back once it is reconciled. It
 * goes by what both have now and by nothing else, so it may be done again at any time, after a crash at any line too.
 * No event is saved. @throws PortError UNAVAILABLE, VERSION_CONFLICT
 */
export function repairCard(ports: RepairPorts, cardId: CardId): Promise<CardRepair> {
  return againOnConflict(async () => {
    const record = await ports.store.card(cardId);
    if (record === undefined) return "SOUND";
    const committed = ports.ledger.card(cardId);
    const apart = isSetApart(record.card);
    // A card that the ledger does not have at all is one whose birth it refused.
    if (committed === undefined || committed.diverged) {
      if (apart) return isUnborn(record.card, committed) ? "UNBORN" : "APART";
      if (await isReconcilingInFlight({ outbox: ports.store, ledger: ports.ledger }, cardId))
        return "BEHIND";
      await suspend(ports, record);
      return "SUSPENDED";
    }
    // Nothing is saved for a card that is apart, so the ledger can only be ahead of it by its reconciliation.
    if (!apart || committed.card.version <= record.card.version) return "SOUND";
    await take(ports, record, committed);
    return "RECONCILED";
  });
}

async function suspend({ store }: RepairPorts, record: CardRecord): Promise<void> {
  const { cardId, version } = record.card;
  const changed = { ...record, card: setApart(record.card) };
  await store.save({
    ...noEffects,
    shard: shardOf(cardId, store.shards),
    pointer: null,
    outcome: null,
    cards: [{ record: changed, expectedVersion: version }],
  });
}

async function take(ports: RepairPorts, record: CardRecord, committed: CardState): Promise<void> {
  const { store } = ports;
  const { card, lastEventId, nonce } = committed;
  const shard = shardOf(card.cardId, store.shards);
  const walletId = await walletOf(ports, record, card);
  const { operations, operationRemoves } = await operationsToTake(ports, committed);
  const entry = walletId === null ? [] : [{ walletId, cardId: card.cardId }];
  const listed = card.batchId !== null || card.balance > 0n;
  const here = walletId !== null && shardOf(walletId, store.shards) === shard;
  if (!here) for (const candidate of entry) await store.addWalletCandidate(candidate);
  await store.save({
    ...noEffects,
    shard,
    pointer: null,
    outcome: null,
    cards: [
      { record: { card, lastEventId, nonce, walletId }, expectedVersion: record.card.version },
    ],
    operations,
    operationRemoves,
    walletAdds: here && listed ? entry : [],
    walletRemoves: here && !listed ? entry : [],
    dueAdds: duesOf(card, operations),
  });
}

/** The wallet that the card is in by its binding; one that nobody of the vault leads to is in none. */
async function walletOf(
  { vault, hash }: RepairPorts,
  record: CardRecord,
  card: Card,
): Promise<string | null> {
  if (sameBinding(record.card, card)) return record.walletId;
  if (card.binding.kind === "UNBOUND") return null;
  return await walletsByCommitment(vault, hash)(card.programId, card.binding.holder);
}

interface TakenOperations {
  readonly operations: readonly Expected<OperationRecord>[];
  readonly operationRemoves: readonly OperationRemove[];
}

/** The card's operations as the ledger has them: those that were set with it, and without those that it does not have. */
async function operationsToTake(
  { store, ledger }: RepairPorts,
  { card, lastEventId }: CardState,
): Promise<TakenOperations> {
  const own = new Map(
    (await operationsOf(store, card.cardId)).map((one) => [one.operation.opId, one]),
  );
  const set = ledger.reconciliation(lastEventId)?.operations ?? [];
  const operations = set.flatMap(({ opId }): Expected<OperationRecord>[] => {
    const state = ledger.operation(opId);
    const expectedVersion = own.get(opId)?.operation.version ?? 0;
    if (state === undefined || state.operation.version <= expectedVersion) return [];
    const { operation, lastEventId: eventId, nonce } = state;
    return [{ record: { operation, lastEventId: eventId, nonce }, expectedVersion }];
  });
  const operationRemoves = [...own.values()]
    .filter(({ operation }) => ledger.operation(operation.opId) === undefined)
    .map(({ operation }) => ({ opId: operation.opId, expectedVersion: operation.version }));
  return { operations, operationRemoves };
}

function duesOf(card: Card, operations: readonly Expected<OperationRecord>[]): DueEntry[] {
  const expiry = dueAtMs(card);
  const own: DueEntry[] =
    expiry === null ? [] : [{ dueAtMs: expiry, kind: "CARD", id: card.cardId }];
  const closings = operations.map(({ record }): DueEntry => {
    const { opId: id, refundableUntilMs } = record.operation;
    return { dueAtMs: refundableUntilMs, kind: "OPERATION", id };
  });
  return [...own, ...closings];
}
