import { type HolderIdentity, type HolderVault, holderUnitsMax } from "@scrip/ports";
import { broken } from "./faults.ts";
import type { VaultOptions } from "./records/environment.ts";
import { Records } from "./records/records.ts";

const walletIdBytes = 20;
const saltBytes = 32;

/** @throws PortError NOT_OURS when the directory cannot be used. */
export function openHolderVault(options: VaultOptions): HolderVault {
  return new LmdbHolderVault(new Records("holder vault", options));
}

/** One record per holder, under the reference as it stands: wallet id, then salt. */
class LmdbHolderVault implements HolderVault {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async find(holder: string): Promise<HolderIdentity | undefined> {
    const body = this.#records.get(keyOf(holder));
    return body === undefined ? undefined : identityOf(body);
  }

  async identify(holder: string, proposed: HolderIdentity): Promise<HolderIdentity> {
    return identityOf(await this.#records.keep(keyOf(holder), bodyOf(proposed)));
  }

  async *identities(): AsyncIterable<HolderIdentity> {
    for (const body of this.#records.bodies()) yield identityOf(body);
  }

  /** The record is gone for every reader at once; LMDB writes over its bytes when it needs the page again. */
  async forget(holder: string): Promise<void> {
    await this.#records.remove(keyOf(holder));
  }

  close(): Promise<void> {
    return this.#records.close();
  }
}

/** The UTF-16 units themselves: two references are the same only if every unit is, well-formed or not. */
function keyOf(holder: string): Buffer {
  if (holder.length === 0 || holder.length > holderUnitsMax) {
    throw broken(`holder vault: a reference of ${holder.length} UTF-16 units`);
  }
  return Buffer.from(holder, "utf16le");
}

function bodyOf({ walletId, salt }: HolderIdentity): Buffer {
  const body = Buffer.from(walletId + salt, "hex");
  const exact = identityOf(body);
  if (exact.walletId !== walletId || exact.salt !== salt || exact.salt.length !== 2 * saltBytes) {
    throw broken("holder vault: an identity is 20 and 32 bytes in lower-case hex");
  }
  return body;
}

const identityOf = (body: Buffer): HolderIdentity => ({
  walletId: body.toString("hex", 0, walletIdBytes),
  salt: body.toString("hex", walletIdBytes),
});
