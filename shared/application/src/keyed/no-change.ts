import type { Change } from "@scrip/ports";

/** A change that touches nothing: what an outcome or pointer alone is saved with. */
export const noChange = {
  cards: [],
  operations: [],
  claims: [],
  events: [],
  walletAdds: [],
  walletRemoves: [],
} satisfies Partial<Change>;
