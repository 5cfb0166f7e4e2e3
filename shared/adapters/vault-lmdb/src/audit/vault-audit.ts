import { Records } from "../records/records.ts";
import type { VaultKind, VaultOptions } from "../records/environment.ts";

/** A record that is not as it has to be. What it holds is told nowhere. */
export interface VaultFault {
  /**
   * What it is about: an API key or a seed, by its id; a record that leads to a key, by where it stands; a holder's, by
   * its place among all.
   */
  readonly about: "KEY" | "KEY_INDEX" | "SEED" | "HOLDER";
  readonly id: string;
  readonly what: string;
}

/** What reading all records of a vault that nobody else changes has found. */
export interface VaultAudit {
  /** Records that were read. */
  readonly records: number;
  readonly faults: readonly VaultFault[];
}

/** Opens the records of a vault for one look. @throws PortError NOT_OURS, CORRUPT */
export async function lookThrough<Found>(
  kind: VaultKind,
  options: VaultOptions,
  look: (records: Records) => Found | Promise<Found>,
): Promise<Found> {
  const records = new Records(kind, options);
  try {
    return await look(records);
  } finally {
    await records.close();
  }
}

export const notAsWritten = "it is not what was written";
