import {
  type Card,
  type CardId,
  decide,
  isSetApart,
  type Operation,
  type OpId,
  type ParticipantId,
} from "@scrip/domain";
import type { CardRecord, Outbox, Signer } from "@scrip/ports";
import { bodyHash, canonicalJson, type CardState, formatCardId } from "@scrip/wire";
import { type Attempt, declined, noEffects } from "../keyed/attempt.ts";
import { type KeyedResult, runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import { signedEntry } from "../keyed/signed-entry.ts";
import { situationOf } from "../keyed/situation.ts";
import { balancesOf } from "../operations/answers.ts";
import { isInFlight } from "./in-flight.ts";
import type { LedgerCards } from "./ledger-cards.ts";
import { operationsOf } from "./operations-of.ts";
import { standingBefore } from "./standing.ts";

/** Whose card is the true one: the ledger's, without what it refused, or the store's, as it was before it was set apart. */
export type Truth = "LEDGER" | "STORE";

export interface ReconcileRequest {
  readonly opId: OpId;
  readonly actor: ParticipantId;
  readonly cardId: CardId;
  readonly to: Truth;
  /** In the operator's own words; it stays with the answer and is not for the ledger. */
  readonly reason: string | null;
}

export interface ReconcilePorts extends Omit<OperationPorts, "vault"> {
  readonly outbox: Outbox;
  readonly ledger: LedgerCards;
  /** An operator's key that the chain has registered. */
  readonly signer: Signer;
  readonly chainId: string;
}

/**
 * Orders how a card goes on that an event named which the ledger refused: saves the operator's signed word to the
 * control stream. Once it is COMMITTED `repairCard` brings the store to it.
 */
export const reconcileCard = (
  ports: ReconcilePorts,
  request: ReconcileRequest,
): Promise<KeyedResult> => {
  const { opId, cardId, to, reason } = request;
  return runKeyed(ports.store, {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson({ act: "CardReconciled", cardId, to, reason })),
    claimRefusal: { code: "RECONCILIATION_WRONG" },
    attempt: () => attempt(ports, request),
  });
};

async function attempt(ports: ReconcilePorts, request: ReconcileRequest): Promise<Attempt> {
  const { store, ledger, registry, clock } = ports;
  const { cardId, actor, opId } = request;
  const nowMs = clock.nowMs();
  const [record, committed] = [await store.card(cardId), ledger.card(cardId)];
  if (record === undefined) return declined({ code: "CARD_NOT_FOUND" }, nowMs);
  const { status: cardStatus } = record.card.standing;
  const apart = isSetApart(record.card);
  if (committed?.diverged === false && !apart)
    return declined({ code: "CARD_STEP_TAKEN", cardStatus }, nowMs);
  // One of the two has yet to see the rejection, or the birth, or there is more to come that is going to be refused.
  if (committed?.diverged === false || !apart || (await isInFlight(ports, cardId)))
    return { kind: "NOT_COMMITTED_YET" };
  if (committed === undefined) return declined({ code: "CARD_NOT_FOUND" }, nowMs);
  const set = await stateOf(ports, request, { record, committed });
  const program = registry.ruling(committed.card.programId, nowMs) ?? null;
  const decision = decide(situationOf(program, [committed.card]), {
    type: "ReconcileCard",
    nowMs,
    opId,
    actor,
    ...set,
  });
  if (decision.kind === "REFUSED") return declined(decision.refusal, nowMs);
  const { event } = decision;
  const bytes = signedEntry(ports, event);
  return {
    kind: "SAVE",
    shard: store.shards,
    // Of two orders for one rejection only the first counts: the ledger would take a second one for a lie.
    effects: { ...noEffects, claims: [claimOf(ports, cardId)], events: [bytes] },
    eventId: bytes.eventId,
    atMs: event.atMs,
    answer: answerOf(request, set.card),
  };
}

const claimOf = ({ ledger }: ReconcilePorts, cardId: CardId): string =>
  `reconcile:${cardId}:${ledger.rejected(cardId).at(-1)?.index ?? 0}`;

interface Both {
  readonly record: CardRecord;
  readonly committed: CardState;
}

interface SetState {
  readonly card: Card;
  readonly operations: readonly Operation[];
}

/** The card as it goes on, at a version that neither of the two has seen, and the operations that go with it. */
async function stateOf(
  ports: ReconcilePorts,
  { to }: ReconcileRequest,
  { record, committed }: Both,
): Promise<SetState> {
  const { cardId } = record.card;
  const version = Math.max(record.card.version, committed.card.version) + 1;
  const refused = ports.ledger.rejected(cardId);
  const card: Card =
    to === "LEDGER"
      ? committed.card
      : { ...record.card, standing: standingBefore(committed.card, record.card, refused) };
  return {
    card: { ...card, version },
    operations: await operationsFor(ports, to, cardId),
  };
}

/** Operations of the card that store and ledger see differently, or that the ledger holds apart with it. */
async function operationsFor(
  { store, ledger }: ReconcilePorts,
  to: Truth,
  cardId: CardId,
): Promise<Operation[]> {
  const own = new Map(
    (await operationsOf(store, cardId)).map(({ operation }) => [operation.opId, operation]),
  );
  const named = ledger.rejected(cardId).flatMap(({ event }) => namedBy(event));
  const operations: Operation[] = [];
  for (const opId of new Set([...own.keys(), ...named])) {
    const [mine, theirs] = [own.get(opId), ledger.operation(opId)];
    if (theirs !== undefined && !theirs.diverged && same(mine, theirs.operation)) continue;
    const chosen = to === "LEDGER" ? theirs?.operation : (mine ?? theirs?.operation);
    if (!chosen?.legs.some((leg) => leg.cardId === cardId)) continue;
    const version = Math.max(mine?.version ?? 0, theirs?.operation.version ?? 0) + 1;
    operations.push({ ...chosen, version });
  }
  return operations;
}

/** An operation that draws or gives back names itself; others are found by the cards they drew from. */
const namedBy = (event: { readonly type: string }): OpId[] => {
  if ("writeOffId" in event) return [event.writeOffId as OpId];
  return event.type === "CardWrittenOff" && "opId" in event ? [event.opId as OpId] : [];
};

const same = (a: Operation | undefined, b: Operation): boolean => a?.version === b.version;

const answerOf = ({ to, reason }: ReconcileRequest, card: Card) => ({
  cardId: formatCardId(card.cardId),
  to,
  reason,
  status: card.standing.status,
  version: card.version,
  balances: balancesOf([card], card.unit),
});
