import type { Refusal } from "@scrip/domain";
import type { Change } from "@scrip/ports";

/** What an operation changes, beside the records of its key. */
export type Effects = Omit<Change, "shard" | "pointer" | "outcome">;

/** What one look at the store led to. */
export type Attempt =
  | {
      readonly kind: "SAVE";
      readonly shard: number;
      readonly effects: Effects;
      readonly eventId: string;
      readonly atMs: number;
      /** What is answered, now and on every retry. */
      readonly answer: object;
      /** Makes durable what must be there before the save; harmless when the save then fails. */
      readonly before?: () => Promise<unknown>;
    }
  | Decline
  /** What the command needs is on its way to the ledger: nothing is stored, the same key may ask again. */
  | { readonly kind: "NOT_COMMITTED_YET" };

/** A no of the rules: kept under the key like a yes. */
export interface Decline {
  readonly kind: "DECLINE";
  /** Where the card was found; null when there was none: then the key's own shard keeps the outcome. */
  readonly shard: number | null;
  readonly refusal: Refusal;
  readonly atMs: number;
  /** What fell due before the command was refused. */
  readonly effects: Effects;
  /** What the caller may see beside the refusal's own fields. */
  readonly seen?: object;
}

/** A no where there was no card to look at. */
export const declined = (refusal: Refusal, atMs: number): Decline => ({
  kind: "DECLINE",
  shard: null,
  refusal,
  atMs,
  effects: noEffects,
});

/** Effects that touch nothing: what an outcome or a pointer alone is saved with. */
export const noEffects: Effects = {
  cards: [],
  operations: [],
  operationRemoves: [],
  claims: [],
  events: [],
  walletAdds: [],
  walletRemoves: [],
  dueAdds: [],
  dueRemoves: [],
};
