import type { CardId } from "@scrip/domain";
import { formatCardId } from "@scrip/wire";
import type { CardStoreFault, StoppedData } from "../container.ts";
import type { Report } from "./report.ts";

const where = "cards";

/** Every record of the card store is what was written, also those that the ledger knows nothing of. */
export async function cardRecordStep({
  data,
  report,
}: {
  readonly data: StoppedData;
  readonly report: Report;
}): Promise<void> {
  const audit = await data.auditCards((fault) =>
    report.damage({ where, part: fault.about, at: nameOf(fault), what: fault.what }),
  );
  // The comparison with the ledger tells of a store that is missing.
  if (audit === undefined) return;
  const { keys, claims, indexEntries } = audit;
  report.say(where, `${keys} operation keys, ${claims} claims, ${indexEntries} index entries`);
}

function nameOf({ about, id }: CardStoreFault): string {
  const card = id.length === cardIdDigits;
  if (about === "CARD" || (card && about === "DUE")) return formatCardId(id as CardId);
  return about === "WALLET" || about === "BATCH" ? `entry of ${formatCardId(id as CardId)}` : id;
}

const cardIdDigits = 40;
