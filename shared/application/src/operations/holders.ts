import type { HolderCommitment, ProgramId } from "@scrip/domain";
import type { HolderIdentity } from "@scrip/ports";
import { bindingCommitment, toHex } from "@scrip/wire";
import type { OperationPorts } from "../keyed/ports.ts";

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
