import type { CardId, OpId } from "./ids.ts";
import type { Batch, Participant, Program } from "./program.ts";
import type { Card, Operation } from "./card.ts";
import type { AskedEvent } from "./events.ts";
import type { Refusal } from "./refusals.ts";

/** Where a shard's stream of events stands on the ledger. */
export interface StreamHead {
  readonly shard: number;
  readonly epoch: number;
  readonly nextSeq: number;
  /** Stream chain before `nextSeq`, 32 bytes hex. */
  readonly chain: string;
}

/**
 * What a command or an event is judged by: the leaves it names and nothing else.
 * `cards` are all of one shard; a card that does not exist is simply not there.
 */
export interface Situation {
  readonly program: Program | null;
  readonly batch: Batch | null;
  readonly participant: Participant | null;
  readonly cards: ReadonlyMap<CardId, Card>;
  /** Write-offs that no card keeps. */
  readonly operations: ReadonlyMap<OpId, Operation>;
  readonly stream: StreamHead | null;
}

/** What an event leaves behind: the new state of everything it touched. */
export interface Consequence {
  readonly program: Program | null;
  readonly batch: Batch | null;
  readonly participant: Participant | null;
  readonly cards: readonly Card[];
  readonly operations: readonly Operation[];
  /** Operations that are no more. */
  readonly closed: readonly OpId[];
  readonly stream: StreamHead | null;
}

/** A card that could not take a bulk step, and why. */
export interface LeftOut {
  readonly cardId: CardId;
  readonly refusal: Refusal;
}

/** The rules say yes (with the cards a bulk step leaves out) or no; both are values. */
export type Decision =
  | { readonly kind: "ACCEPTED"; readonly event: AskedEvent; readonly leftOut: readonly LeftOut[] }
  | { readonly kind: "REFUSED"; readonly refusal: Refusal; readonly leftOut: readonly LeftOut[] };
