import { join } from "node:path";
import { batchId } from "@scrip/domain";
import type { HolderIdentity, Identity } from "@scrip/ports";
import { openBatchVault, openHolderVault, type VaultOptions } from "../src/index.ts";

const rounds = 20;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** What every process says in the end: who the holders are and which seeds were kept. */
export interface Seen {
  readonly holders: HolderIdentity[];
  readonly seeds: string[];
}

/** Identifies holders and keeps seeds with proposals of its own, then wipes the first batch. */
export async function actTogether(
  { directory, chainId }: VaultOptions,
  identity: Identity,
): Promise<Seen> {
  const holders = openHolderVault({ directory: join(directory, "holders"), chainId });
  const batches = await openBatchVault({ directory: join(directory, "batches"), chainId });
  const seen: Seen = { holders: [], seeds: [] };
  for (let round = 0; round < rounds; round += 1) {
    const proposed = {
      walletId: hex(identity.randomBytes(20)),
      salt: hex(identity.randomBytes(32)),
    };
    seen.holders.push(await holders.identify(`holder ${round}`, proposed));
    if (round === 0) continue;
    const id = batchId(round.toString(16).padStart(2, "0").repeat(16));
    seen.seeds.push(hex(await batches.keep(id, identity.randomBytes(32))));
  }
  const wiped = batchId("00".repeat(16));
  await batches.keep(wiped, identity.randomBytes(32)).catch(refusedAsWiped);
  await batches.wipe(wiped);
  await batches.close();
  await holders.close();
  return seen;
}

/** Another process was faster and has wiped it already. */
function refusedAsWiped(error: unknown): void {
  if (!(error instanceof Error && error.message.includes("were wiped"))) throw error;
}
