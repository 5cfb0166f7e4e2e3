import type { Card, HolderCommitment, ProgramId } from "@scrip/domain";
import type { HolderVault } from "@scrip/ports";
import { bindingCommitment, type Hash } from "@scrip/wire";

/**
 * Which wallet a commitment of a program is: the ledger has commitments, the vault has who they are. Everybody of the
 * vault is hashed once a program; what nobody leads to was forgotten.
 */
export function walletsByCommitment(
  vault: Pick<HolderVault, "identities">,
  hash: Hash,
): (programId: ProgramId, commitment: HolderCommitment) => Promise<string | null> {
  const programs = new Map<ProgramId, ReadonlyMap<HolderCommitment, string>>();
  return async (programId, commitment) => {
    let wallets = programs.get(programId);
    if (wallets === undefined) {
      const made = new Map<HolderCommitment, string>();
      for await (const { salt, walletId } of vault.identities())
        made.set(bindingCommitment(hash, salt, programId), walletId);
      programs.set(programId, (wallets = made));
    }
    return wallets.get(commitment) ?? null;
  };
}

/** Whether two cards are bound to the same holder, or to nobody. */
export function sameBinding({ binding: a }: Card, { binding: b }: Card): boolean {
  return a.kind === "BOUND" && b.kind === "BOUND" ? a.holder === b.holder : a.kind === b.kind;
}
