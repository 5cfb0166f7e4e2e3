import { isLawful } from "@scrip/domain";
import { type Change, type CardRecord, PortError } from "@scrip/ports";
import type { MemoryCardDisk } from "./card-disk.ts";

/** What no store could give back as it was. */
export function requireForms(change: Change): void {
  const { cards, events, operations, outcome, pointer } = change;
  for (const { record } of [...cards, ...operations]) {
    hashes(record.lastEventId);
    if (!/^[0-9a-f]{32}$/.test(record.nonce)) broken(`no nonce: ${record.nonce}`);
  }
  for (const { record } of operations) hashes(record.operation.opId);
  for (const { opId } of change.operationRemoves) hashes(opId);
  for (const { kind, id } of [...change.dueAdds, ...change.dueRemoves])
    if (!/^[0-9a-f]+$/.test(id) || id.length !== (kind === "CARD" ? 40 : 64))
      broken(`no id: ${id}`);
  for (const { eventId } of events) hashes(eventId);
  if (pointer !== null) hashes(pointer.opId, pointer.bodyHash);
  if (outcome === null) return;
  hashes(outcome.opId, ...(outcome.eventId === null ? [] : [outcome.eventId]));
  JSON.parse(outcome.answer);
}

/** What a real store does not look at, and what no caller may do all the same. */
export function requireStrict(disk: MemoryCardDisk, { cards, events }: Change): void {
  // Without an event a card moves by one: that is how what the ledger refused is set right.
  const moves = Math.max(events.length, 1);
  for (const { record, expectedVersion } of cards) {
    requireCard(record, disk.cards.get(record.card.cardId));
    if (events.length === 0 && expectedVersion === 0)
      broken("a card that is born without an event");
    if (record.card.version > expectedVersion + moves)
      broken(`more versions than events of ${record.card.cardId}`);
  }
  requireNew(disk, events);
}

function requireCard(record: CardRecord, before: CardRecord | undefined): void {
  const { card, walletId } = record;
  const { cardId } = card;
  if (card.held > card.balance) broken(`more held than there is on ${cardId}`);
  if (!isLawful(card)) broken(`amounts that break a law on ${cardId}`);
  if ((walletId !== null) !== (card.binding.kind === "BOUND"))
    broken(`half a binding of ${cardId}`);
  if (before !== undefined && card.lastAtMs < before.card.lastAtMs)
    broken(`time going back on ${cardId}`);
}

function requireNew(disk: MemoryCardDisk, events: Change["events"]): void {
  const ids = new Set(events.map(({ eventId }) => eventId));
  if (ids.size < events.length) broken("one event twice");
  for (const eventId of ids) if (disk.everSaved.has(eventId)) broken(`event ${eventId} again`);
}

function hashes(...texts: string[]): void {
  for (const text of texts) if (!/^[0-9a-f]{64}$/.test(text)) broken(`no hash: ${text}`);
}

function broken(what: string): never {
  throw new PortError("CONTRACT_BROKEN", `memory card store: ${what}`);
}
