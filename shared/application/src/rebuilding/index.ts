export { isRebuilt } from "./rebuilt-answer.ts";
export {
  claimOf,
  dueOfCard,
  dueOfOperation,
  generationOutcome,
  outcomeOf,
  type Placed,
  restoredCard,
  restoredOperation,
  shardOfWallet,
  walletEntryOf,
} from "./restored.ts";
