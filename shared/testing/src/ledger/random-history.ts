import type { CardId } from "@scrip/domain";
import fc from "fast-check";
import type { HistoryActs } from "./history-acts.ts";

/** One thing that happens: numbers pick what it happens to. */
export interface Step {
  readonly act: "stock" | "bind" | "grant" | "spendCard" | "spendWallet" | "refund";
  readonly pick: number;
  readonly amount: number;
}

const acts = ["stock", "bind", "grant", "spendCard", "spendWallet", "refund"] as const;
const wallets = ["anna", "bert", "carl"];

/** Arbitrary steps; what the rules refuse simply does not happen. */
export const steps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      act: fc.constantFrom(...acts),
      pick: fc.nat(1000),
      amount: fc.integer({ min: 1, max: 12_000 }),
    }),
    { minLength: 1, maxLength },
  );

/** Lets the steps happen, one after the other. */
export function play(history: HistoryActs, happening: readonly Step[]): void {
  const stocked: CardId[] = [];
  for (const step of happening) playOne(history, step, stocked);
}

function playOne(acts_: HistoryActs, { act, pick, amount }: Step, stocked: CardId[]): void {
  const wallet = wallets[pick % wallets.length] ?? "";
  const card = stocked[pick % Math.max(1, stocked.length)];
  const writeOff = acts_.writeOffs[pick % Math.max(1, acts_.writeOffs.length)];
  switch (act) {
    case "stock":
      stocked.push(...acts_.stock(1 + (pick % 5)));
      break;
    case "grant":
      acts_.grant(wallet, amount);
      break;
    case "spendWallet":
      acts_.spendWallet(wallet, amount);
      break;
    case "bind":
      if (card !== undefined) acts_.bind(card, wallet);
      break;
    case "spendCard":
      if (card !== undefined) acts_.spendCard(card, amount);
      break;
    case "refund":
      if (writeOff !== undefined) acts_.refund(writeOff.opId, amount);
      break;
  }
}
