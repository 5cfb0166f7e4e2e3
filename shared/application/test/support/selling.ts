import { amount, participantId, type CardId } from "@scrip/domain";
import { parseOperationId, type OperationRef } from "@scrip/wire";
import {
  bindCard,
  grantPoints,
  refund,
  Turns,
  writeOff,
  type GrantRequest,
  type KeyedResult,
  type RefundRequest,
  type ShownTender,
  type WriteOffRequest,
} from "../../src/index.ts";
import { keyOf, points } from "./making.ts";
import type { World } from "./world.ts";

/** All that an operation needs of a world. */
type Using = Pick<World, "ports">;

export const store1 = participantId("store-1");

export const code = (cardId: CardId): ShownTender => ({ kind: "CODE", cardId });
export const lots = (holder: string): ShownTender => ({ kind: "LOTS", holder, programId: points });
export const boundCard = (holder: string, cardId: CardId): ShownTender => ({
  kind: "BOUND_CARD",
  holder,
  cardId,
});

type More<Request, Amounts extends string = never> = Partial<Omit<Request, Amounts | "opId">> & {
  readonly key?: string;
  readonly minimum?: number;
};

let keys = 0;
/** A key that was not used before. */
export const freshKey = (): string => `key ${(keys += 1)}`;

export const askedSale = (
  world: Using,
  tender: ShownTender,
  sum: number | bigint,
  more: More<WriteOffRequest, "amount" | "tender" | "minimumAvailable"> = {},
): WriteOffRequest => {
  const { key = freshKey(), minimum = 0, ...rest } = more;
  return {
    opId: keyOf(world, key, store1),
    caller: store1,
    acceptor: store1,
    amount: amount(sum),
    unit: null,
    tender,
    allowPartial: false,
    minimumAvailable: amount(minimum),
    reference: null,
    businessAtMs: null,
    maySee: () => true,
    ...rest,
  };
};

/** A sale, in a process of its own: no turns are shared with others. */
export const sell = (
  world: Using,
  ...asked: Parameters<typeof askedSale> extends [Using, ...infer Rest] ? Rest : never
): Promise<KeyedResult> => writeOff(world.ports, new Turns(), askedSale(world, ...asked));

export const giveBack = (
  world: Using,
  sale: OperationRef,
  sum: number | bigint,
  more: More<RefundRequest, "amount" | "writeOff"> = {},
): Promise<KeyedResult> => {
  const { key = freshKey(), minimum: _, ...rest } = more;
  return refund(world.ports, new Turns(), {
    opId: keyOf(world, key, store1),
    caller: store1,
    writeOff: sale,
    amount: amount(sum),
    reason: null,
    businessAtMs: null,
    mayActFor: () => true,
    ...rest,
  });
};

export const grant = (
  world: Using,
  holder: string,
  sum: number | bigint,
  more: More<GrantRequest, "amount" | "holder"> = {},
): Promise<KeyedResult> => {
  const { key = freshKey(), minimum: _, ...rest } = more;
  return grantPoints(world.ports, {
    opId: keyOf(world, key, store1),
    caller: store1,
    programId: points,
    holder,
    amount: amount(sum),
    expiresAtMs: null,
    acceptor: null,
    reference: null,
    businessAtMs: null,
    ...rest,
  });
};

export const bind = (
  world: Using,
  cardId: CardId,
  holder: string,
  key = freshKey(),
  maySee = true,
) =>
  bindCard(world.ports, new Turns(), {
    opId: keyOf(world, key, store1),
    caller: store1,
    cardId,
    holder,
    maySee: () => maySee,
  });

interface Told {
  readonly code?: string;
  readonly balances?: readonly { balance: number; held: number; available: number; unit: string }[];
  readonly operation?: { readonly id: string; readonly amount: number; readonly status: string };
  readonly [more: string]: unknown;
}

/** What an operation is answered with. @throws Error when nothing was decided. */
export function told(result: KeyedResult): Told {
  if (result.kind !== "OUTCOME") throw new Error(`no outcome: ${result.kind}`);
  return JSON.parse(result.outcome.answer) as Told;
}

/** The sale that was answered. */
export function saleOf(result: KeyedResult): OperationRef {
  const ref = parseOperationId(told(result).operation?.id ?? "");
  if (ref === null) throw new Error(`no sale: ${JSON.stringify(result)}`);
  return ref;
}

/** A replay has its answer and its entry from the store. */
export const notAtHand = { answer: undefined, entry: null } as const;
