import type { CardId, HolderCommitment, ProgramId } from "@scrip/domain";
import type { CardRecord, CardStore, HolderIdentity } from "@scrip/ports";
import { bindingCommitment, toHex } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";
import { walletCardsMax, walletPageCards } from "../keyed/limits.ts";

const walletIdBytes = 20;
const saltBytes = 32;

/** The holder's identity, made on first sight and durable before anything uses it. */
export async function identifyHolder(
  ports: Pick<OperationPorts, "vault" | "identity">,
  holder: string,
): Promise<HolderIdentity> {
  const known = await ports.vault.find(holder);
  if (known !== undefined) return known;
  return await ports.vault.identify(holder, {
    walletId: toHex(ports.identity.randomBytes(walletIdBytes)),
    salt: toHex(ports.identity.randomBytes(saltBytes)),
  });
}

/** What the ledger knows of the holder in this program. */
export const commitmentOf = (
  ports: Pick<OperationPorts, "hash">,
  identity: HolderIdentity,
  programId: ProgramId,
): HolderCommitment => bindingCommitment(ports.hash, identity.salt, programId);

/** Everything that is bound to the wallet now; index entries whose card names another wallet are passed over. */
export async function walletRecords(store: CardStore, walletId: string): Promise<CardRecord[]> {
  const records: CardRecord[] = [];
  let after: CardId | null = null;
  for (let seen = 0; seen < walletCardsMax; seen += walletPageCards) {
    const page: CardId[] = await store.walletCards(walletId, after, walletPageCards);
    const found = await store.cards(page);
    records.push(...found.filter((record) => record.walletId === walletId));
    const last = page.at(-1);
    if (page.length < walletPageCards || last === undefined) break;
    after = last;
  }
  return records;
}
