import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { batchId } from "@scrip/domain";
import { formatBatchId, formatKeyId } from "@scrip/wire";
import type { StoppedData, VaultAudit, VaultFault } from "../container.ts";
import { readKeys } from "../data-directory.ts";
import { CommandError, type Surroundings } from "../surroundings.ts";
import type { SoundLedger } from "./ledger-step.ts";
import type { Report } from "./report.ts";

interface VaultCheck {
  readonly data: StoppedData;
  readonly report: Report;
}

/**
 * The seed of every batch, and of every replacement's code, opens with its key file, unless its codes were confirmed
 * and the key is gone for good.
 */
export async function batchStep({
  data,
  ledger,
  report,
}: VaultCheck & { readonly ledger: SoundLedger }): Promise<void> {
  const where = "batches";
  const audit = await data.auditSeeds();
  if (audit === undefined) return missing(report, where);
  const known = new Set<string>(ledger.batches);
  const name = (id: string): string =>
    known.has(id) ? formatBatchId(batchId(id)) : `${id} of a replacement's code`;
  tell(report, where, { ...audit, name });
  const damaged = new Set(audit.faults.map(({ id }) => id));
  for (const id of ledger.batches) {
    if (audit.seeds.has(id) || damaged.has(id)) continue;
    report.damage({ where, part: "SEED", at: formatBatchId(id), what: "it is missing" });
  }
  const open = [...audit.seeds].filter(([, sealed]) => sealed).map(([id]) => id);
  const listed = open.filter((id) => known.has(id)).length;
  const replaced = audit.seeds.size - [...audit.seeds.keys()].filter((id) => known.has(id)).length;
  report.say(
    where,
    `${ledger.batches.length} batches, ${listed} with codes still to be listed; ` +
      `${replaced} codes of replacements, ${open.length - listed} not confirmed`,
  );
}

/** Every record of who has a wallet is what was written. */
export async function holderStep({ data, report }: VaultCheck): Promise<void> {
  const where = "holders";
  const audit = await data.auditHolders();
  if (audit === undefined) return missing(report, where);
  tell(report, where, { ...audit, name: (id) => `record ${id}` });
  report.say(where, `${audit.records} holders`);
}

/** Every record of an API key is what was written, and keys.json holds keys that there are. */
export async function callerStep({
  data,
  report,
  surroundings,
}: VaultCheck & { readonly surroundings: Surroundings }): Promise<void> {
  const where = "callers";
  const audit = await data.auditCallers();
  if (audit === undefined) return missing(report, where);
  tell(report, where, { ...audit, name: (id, about) => (about === "KEY" ? formatKeyId(id) : id) });
  const file = data.path("keys.json");
  // A damaged directory says nothing about keys that it does not know.
  const local = audit.faults.length > 0 ? {} : await localKeys(file, data, surroundings);
  for (const [role, key] of Object.entries(local)) {
    // Keys are known by the SHA-256 of their whole text.
    if (audit.keyHashes.has(createHash("sha256").update(key).digest("hex"))) continue;
    const what = `its key of the ${role} is none that the caller directory knows`;
    report.damage({ where: "keys", part: "FILE", at: file, what });
  }
  report.say(where, `${audit.keyHashes.size} API keys`);
}

/** None where the file is not there, or cannot be read: the look at key files says so. */
async function localKeys(
  file: string,
  data: StoppedData,
  surroundings: Surroundings,
): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(file)) return {};
  try {
    return { ...(await readKeys({ ...surroundings, env: { SCRIP_DATA_DIR: data.path() } })) };
  } catch (error) {
    if (error instanceof CommandError) return {};
    throw error;
  }
}

const missing = (report: Report, where: string): void =>
  report.damage({ where, part: "STORE", at: "it", what: "it is missing" });

interface Named extends VaultAudit {
  readonly name: (id: string, about: VaultFault["about"]) => string;
}

function tell(report: Report, where: string, { faults, name }: Named): void {
  for (const { about, id, what } of faults)
    report.damage({ where, part: about, at: name(id, about), what });
}
