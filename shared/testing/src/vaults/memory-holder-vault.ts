import { type HolderIdentity, type HolderVault, holderUnitsMax, PortError } from "@scrip/ports";

const identityForm = { walletId: /^[0-9a-f]{40}$/, salt: /^[0-9a-f]{64}$/ };

/**
 * A holder vault for tests. Stricter than the real thing: a wallet id or salt that was proposed for another holder
 * before is a crime, because then somewhere chance is not chance.
 */
export class MemoryHolderVault implements HolderVault {
  readonly #kept: Map<string, HolderIdentity>;
  readonly #proposedFor = new Map<string, string>();
  #closed = false;

  /** @param kept what outlives the vault, as a disk would */
  constructor(kept = new Map<string, HolderIdentity>()) {
    this.#kept = kept;
  }

  async find(holder: string): Promise<HolderIdentity | undefined> {
    this.#check(holder);
    const found = this.#kept.get(holder);
    return found && { ...found };
  }

  async identify(holder: string, proposed: HolderIdentity): Promise<HolderIdentity> {
    this.#check(holder);
    const { walletId, salt } = proposed;
    if (!identityForm.walletId.test(walletId) || !identityForm.salt.test(salt)) {
      throw new PortError("CONTRACT_BROKEN", "holder vault: this is no identity");
    }
    for (const random of [walletId, salt]) this.#checkChance(random, holder);
    const kept = this.#kept.get(holder) ?? { walletId, salt };
    this.#kept.set(holder, kept);
    return { ...kept };
  }

  async *identities(): AsyncIterable<HolderIdentity> {
    if (this.#closed) throw new Error("holder vault: used after it was closed");
    for (const kept of this.#kept.values()) yield { ...kept };
  }

  async forget(holder: string): Promise<void> {
    this.#check(holder);
    this.#kept.delete(holder);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #check(holder: string): void {
    if (this.#closed) throw new Error("holder vault: used after it was closed");
    if (holder.length === 0 || holder.length > holderUnitsMax) {
      throw new PortError("CONTRACT_BROKEN", "holder vault: no route lets this reference in");
    }
  }

  #checkChance(random: string, holder: string): void {
    const before = this.#proposedFor.get(random) ?? holder;
    if (before !== holder) throw new Error("holder vault: the same random bytes for two holders");
    this.#proposedFor.set(random, holder);
  }
}
