import type { Card, CardCommand, CardId, OpId, ParticipantId, Program } from "@scrip/domain";
import { shardOf } from "@scrip/domain";
import type { CardRecord, WalletEntry } from "@scrip/ports";
import { bodyHash, canonicalJson, type Json } from "@scrip/wire";
import { committedProgram } from "../../control/committed.ts";
import { declined, type Attempt } from "../../keyed/attempt.ts";
import { conclude } from "../../keyed/conclude.ts";
import { runKeyed, type KeyedResult } from "../../keyed/keyed.ts";
import type { OperationPorts } from "../../keyed/ports.ts";
import { walletsOf } from "../../keyed/records.ts";
import { situationOf } from "../../keyed/situation.ts";
import type { Turns } from "../../keyed/turns.ts";
import { balancesOf } from "../answers.ts";
import { cardTurn } from "../tender.ts";
import { actOf, orderAnswer, type OrderedEvent } from "./order-answer.ts";
import { lastSuccessor } from "./succession.ts";

/** What every request about one card says. */
export interface CardRequest {
  readonly opId: OpId;
  readonly caller: ParticipantId;
  readonly cardId: CardId;
  /** Whether this caller may touch the card; false: it is as good as unknown. */
  readonly maySee: (card: Card) => boolean;
}

/** The card as it was found, and what it is judged under. */
export interface OnCard {
  readonly record: CardRecord;
  readonly program: Program;
  readonly shard: number;
  /** Time, caller and key, as every command bears them. */
  readonly common: {
    readonly nowMs: number;
    readonly actor: ParticipantId;
    readonly opId: OpId;
  };
}

/** What is done with the card that was found. */
export interface Step {
  readonly command: CardCommand;
  /** Other cards that the rules look at. */
  readonly others?: readonly Card[];
  /** Whose wallet each card is in afterwards; left out: as before. */
  readonly walletAfter?: (card: Card) => string | null;
  /** An index entry of the card that means nothing afterwards. */
  readonly leaves?: WalletEntry | null;
  /** Makes durable what must be there before the save. */
  readonly before?: () => Promise<unknown>;
}

/** One command to one card. */
export interface CardOrder {
  readonly type: OrderedEvent["type"];
  /** What was asked beside the card, for telling a retry from another request under the same key. */
  readonly asked: { readonly [name: string]: Json };
  /** What is asked of a replaced card goes to the one in its place; else it is refused. */
  readonly follows?: boolean;
  /** A refusal shows what the card holds. */
  readonly shows?: boolean;
  readonly step: (on: OnCard) => Step | Promise<Step>;
}

/** Gives one command to one card, once under its key. */
export async function orderCard(
  ports: OperationPorts,
  turns: Turns,
  given: { readonly request: CardRequest; readonly order: CardOrder },
): Promise<KeyedResult> {
  const { request, order } = given;
  const { opId, cardId } = request;
  const asked = { act: actOf(order.type), cardId, ...order.asked };
  const operation = {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
    attempt: () => attempt(ports, request, order),
  };
  return await turns.take(cardTurn(cardId), () => runKeyed(ports.store, operation));
}

async function attempt(
  ports: OperationPorts,
  request: CardRequest,
  order: CardOrder,
): Promise<Attempt> {
  const { opId, caller: actor } = request;
  const record = await find(ports, request, order.follows === true);
  const nowMs = ports.clock.nowMs();
  if (record === undefined) return declined({ code: "CARD_NOT_FOUND" }, nowMs);
  const { cardId, programId } = record.card;
  const lookup = await committedProgram(ports, programId);
  if (lookup.kind === "NOT_COMMITTED_YET") return lookup;
  if (lookup.kind === "NOT_FOUND") return declined({ code: "PROGRAM_NOT_FOUND" }, nowMs);
  const shard = shardOf(cardId, ports.store.shards);
  const on: OnCard = {
    record,
    program: lookup.thing,
    shard,
    common: { nowMs, actor, opId },
  };
  return concluded(ports, { on, order, step: await order.step(on) });
}

async function find(
  { store }: Pick<OperationPorts, "store">,
  { cardId, maySee }: CardRequest,
  follows: boolean,
): Promise<CardRecord | undefined> {
  const asked = await store.card(cardId);
  if (asked === undefined || !maySee(asked.card)) return undefined;
  return follows && asked.card.standing.status === "REPLACED"
    ? await lastSuccessor(store, cardId)
    : asked;
}

interface Ordered {
  readonly on: OnCard;
  readonly order: CardOrder;
  readonly step: Step;
}

function concluded(ports: OperationPorts, { on, order, step }: Ordered): Attempt {
  const { record, program, shard } = on;
  const { card } = record;
  const { before, leaves, others = [], walletAfter } = step;
  const inShard = leaves && shardOf(leaves.walletId, ports.store.shards) === shard;
  return conclude(ports, {
    command: step.command,
    situation: situationOf(program, [card, ...others]),
    type: order.type,
    shard,
    walletOf: walletsOf([record]),
    ...(walletAfter === undefined ? {} : { walletAfter }),
    // An entry in another shard stays: readers pass over it, and it may be needed again before it could be removed.
    ...(inShard ? { walletRemoves: [leaves] } : {}),
    ...(before === undefined ? {} : { before }),
    ...(order.shows === true
      ? { seen: ({ cards }) => ({ balances: balancesNow(cards.get(card.cardId) ?? card) }) }
      : {}),
    answer: (event) => orderAnswer(event, { shard, unit: card.unit }),
  });
}

const balancesNow = (card: Card) => [balancesOf([card], card.unit)];
