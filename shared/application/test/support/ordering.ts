import { amount, type CardId, type Direction, type Reason } from "@scrip/domain";
import { parseCardId } from "@scrip/wire";
import {
  adjustCard,
  cancelCard,
  loadCard,
  replaceCard,
  resumeCard,
  suspendCard,
  transferCard,
  Turns,
  unbindCard,
  type CardRequest,
  type KeyedResult,
  type ReplaceRequest,
} from "../../src/index.ts";
import { issuer, keyOf } from "./making.ts";
import { freshKey, told } from "./selling.ts";
import type { World } from "./world.ts";

/** All that an order needs of a world. */
export type Using = Pick<World, "ports" | "seeds">;

interface More {
  readonly key?: string;
  readonly maySee?: CardRequest["maySee"];
}

/** A request of the issuer's about a card. */
const about = (
  world: Pick<World, "ports">,
  cardId: CardId,
  { key = freshKey(), maySee = () => true }: More = {},
): CardRequest => ({ opId: keyOf(world, key), caller: issuer, cardId, maySee });

/** Orders of the issuer's, each in a process of its own: no turns are shared with others. */
export const load = (world: Using, cardId: CardId, sum: number | bigint, more: More = {}) =>
  loadCard(world.ports, new Turns(), { ...about(world, cardId, more), amount: amount(sum) });

export const adjust = (
  world: Using,
  cardId: CardId,
  sum: number | bigint,
  more: More & { readonly direction?: Direction; readonly reason?: Reason } = {},
) => {
  const { direction = "DEBIT", reason = "SUPPORT_ISSUE" } = more;
  const asked = { ...about(world, cardId, more), amount: amount(sum), direction, reason };
  return adjustCard(world.ports, new Turns(), asked);
};

export const suspend = (
  world: Using,
  cardId: CardId,
  more: More & { readonly reason?: Reason } = {},
) => {
  const { reason = "LOST" } = more;
  return suspendCard(world.ports, new Turns(), { ...about(world, cardId, more), reason });
};

export const resume = (world: Using, cardId: CardId, more: More = {}) =>
  resumeCard(world.ports, new Turns(), about(world, cardId, more));

export const cancel = (
  world: Using,
  cardId: CardId,
  more: More & { readonly reason?: Reason } = {},
) => {
  const { reason = "CHARGEBACK" } = more;
  return cancelCard(world.ports, new Turns(), { ...about(world, cardId, more), reason });
};

export const replace = (
  world: Using,
  cardId: CardId,
  more: More & { readonly expiresAtMs?: ReplaceRequest["expiresAtMs"] } = {},
): Promise<KeyedResult> => {
  const { expiresAtMs = "SAME" } = more;
  const { ports, seeds: vault } = world;
  const request = { ...about(world, cardId, more), expiresAtMs };
  return replaceCard({ ports, vault, turns: new Turns() }, request);
};

export async function unbind(
  world: Using,
  cardId: CardId,
  holder: string | null,
  more: More = {},
): Promise<KeyedResult> {
  const identity = holder === null ? null : await known(world, holder);
  const request = { ...about(world, cardId, more), holder: identity };
  return await unbindCard(world.ports, new Turns(), request);
}

export async function transfer(
  world: Using,
  cardId: CardId,
  [holder, to]: readonly [string, string],
  more: More = {},
): Promise<KeyedResult> {
  const request = { ...about(world, cardId, more), holder: await known(world, holder), to };
  return await transferCard(world.ports, new Turns(), request);
}

async function known(world: Using, holder: string) {
  const identity = await world.ports.vault.find(holder);
  if (identity === undefined) throw new Error(`nobody has heard of ${holder}`);
  return identity;
}

/** The card that a replacement brought. */
export function successorOf(result: KeyedResult): CardId {
  const { operation } = told(result) as { operation?: { successor?: string } };
  const successor = parseCardId(operation?.successor ?? "");
  if (successor === null) throw new Error(`no successor: ${JSON.stringify(told(result))}`);
  return successor;
}
