import {
  claimOf,
  dueOfCard,
  dueOfOperation,
  generationOutcome,
  outcomeOf,
  restoredCard,
  restoredOperation,
  shardOfWallet,
  walletEntryOf,
  walletsByCommitment,
} from "@scrip/application";
import { type Program, shardOf } from "@scrip/domain";
import { soundLeaves } from "@scrip/ledger-state";
import type { CardStoreRebuild, FollowerStore, HolderVault } from "@scrip/ports";
import { suite } from "../container.ts";
import type { Comparison } from "./comparison.ts";
import { logEvents } from "./log-events.ts";
import { progressEvery } from "./limits.ts";
import { Restoring } from "./restoring.ts";

/** From what a card store is made anew. */
export interface Sources {
  readonly ledger: FollowerStore;
  readonly vault: Pick<HolderVault, "identities">;
  readonly rebuild: CardStoreRebuild;
  /** Null where the old store cannot be read. */
  readonly comparison: Comparison | null;
  readonly onProgress: (part: "states" | "entries", done: number) => void;
  /** Hears of every event that the log has, rejected ones too. */
  readonly onEvent: (eventId: string) => void;
}

/** What was restored. */
export interface Restored {
  cards: number;
  operations: number;
  /** Keys of operations that a retry finds done. */
  outcomes: number;
  events: number;
  /** Cards that wait for an operator after a rejection. */
  diverged: number;
  /** Bound cards whose holder the vault does not know, or not any more. */
  strangers: number;
}

/** Restores cards and operations from the map, keys and names from the log. @throws LedgerStateError, PortError CORRUPT */
export async function restoreAll(sources: Sources): Promise<Restored> {
  const { rebuild, comparison } = sources;
  const restored = { cards: 0, operations: 0, outcomes: 0, events: 0, diverged: 0, strangers: 0 };
  const restoring = new Restoring(rebuild, async ({ shard, cards, operations, outcomes }) => {
    await comparison?.compareCards(cards);
    await comparison?.compareOperations(shard, operations);
    await comparison?.compareOutcomes(shard, outcomes);
  });
  const programs = await restoreStates(sources, restoring, restored);
  await restoreKeys(sources, restoring, { restored, programs });
  await restoring.end();
  return restored;
}

async function restoreStates(
  { ledger, vault, rebuild, onProgress }: Sources,
  restoring: Restoring,
  restored: Restored,
): Promise<ReadonlyMap<string, Program>> {
  const { shards } = rebuild;
  const programs = new Map<string, Program>();
  const walletOf = walletsByCommitment(vault, suite.hash);
  let states = 0;
  for (const { kind, leaf } of soundLeaves(ledger, suite)) {
    states += 1;
    if (states % progressEvery === 0) onProgress("states", states);
    if (restoring.isFull) await restoring.put();
    if (kind === "program-version") programs.set(leaf.programId, leaf);
    if (kind === "batch") {
      const outcome = generationOutcome(leaf);
      if (outcome !== null) restoring.add(shards, "outcomes", outcome);
    }
    if (kind === "operation") {
      const record = restoredOperation(leaf);
      const shard = shardOf(leaf.operation.legs[0]?.cardId ?? "", shards);
      restoring.add(shard, "operations", record);
      restoring.add(shard, "dues", dueOfOperation(record));
      restored.operations += 1;
    }
    if (kind !== "card") continue;
    const record = await restoredCard(leaf, walletOf);
    const shard = shardOf(record.card.cardId, shards);
    restoring.add(shard, "cards", record);
    const [due, wallet] = [dueOfCard(record), walletEntryOf(record)];
    if (due !== null) restoring.add(shard, "dues", due);
    if (wallet !== null) restoring.add(shardOfWallet(wallet, shards), "wallets", wallet);
    restored.cards += 1;
    if (leaf.diverged) restored.diverged += 1;
    if (record.walletId === null && record.card.binding.kind === "BOUND") restored.strangers += 1;
  }
  return programs;
}

async function restoreKeys(
  { ledger, rebuild, onProgress, onEvent }: Sources,
  restoring: Restoring,
  known: { readonly restored: Restored; readonly programs: ReadonlyMap<string, Program> },
): Promise<void> {
  const { restored, programs } = known;
  for (const { event, eventId, shard, seq } of logEvents(ledger)) {
    restored.events += 1;
    if (restored.events % progressEvery === 0) onProgress("entries", restored.events);
    if (restoring.isFull) await restoring.put();
    onEvent(eventId);
    if (event === null) continue;
    const claim = claimOf(event);
    if (claim !== null) restoring.add(rebuild.shards, "claims", claim);
    const program = "programId" in event ? programs.get(event.programId) : undefined;
    const outcome = outcomeOf({ event, eventId, shard, seq, program });
    if (outcome === null) continue;
    restoring.add(shard, "outcomes", outcome);
    restored.outcomes += 1;
  }
}
