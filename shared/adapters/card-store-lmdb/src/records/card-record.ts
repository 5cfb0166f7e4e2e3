import {
  isLawful,
  zero,
  type Amount,
  type BatchId,
  type Binding,
  type Card,
  type CardId,
  type DailySpend,
  type HolderCommitment,
  type OpId,
  type ParticipantId,
  type ProgramId,
  type Refundable,
  type Unit,
} from "@scrip/domain";
import type { CardRecord, StoreTotals } from "@scrip/ports";
import { RecordReader } from "./record-reader.ts";
import { writer } from "./record-writer.ts";
import { readStanding, writeStanding } from "./standing.ts";

/*
 * A card as stored: format, version and the amounts of the totals stand first, at fixed places, so that a save
 * compares versions and `totals` adds up without reading the rest.
 */
const format = 1;
const versionAt = 1;
const amountsAt = 9;

/** @throws RangeError for a record that would not come back as it is. */
export function encodeCard({ card, lastEventId, nonce, walletId }: CardRecord): Buffer {
  const { sums } = card;
  writer.start().byte(format).whole(card.version);
  writer.sum(card.balance).sum(card.held).sum(sums.loaded).sum(sums.writtenOff).sum(sums.refunded);
  writer.sum(sums.adjusted).sum(sums.movedIn).sum(sums.movedOut);
  writer.sum(sums.expired).sum(sums.cancelled).sum(card.faceValue);
  writer.hex(lastEventId, 32).hex(nonce, 16).hexOrNull(walletId, 20);
  writer.hex(card.cardId, 20).hexOrNull(card.batchId, 16);
  writer.text(card.programId).whole(card.programVersion).text(card.unit);
  writer.whole(card.generatedAtMs).whole(card.lastAtMs).wholeOrNull(card.expiresAtMs);
  writer.text(card.issuer).textOrNull(card.distributor);
  writeStanding(writer, card.standing);
  writer.hexOrNull(card.binding.kind === "BOUND" ? card.binding.holder : null, 32);
  writer.byte(card.refundables.length);
  for (const refundable of card.refundables) writeRefundable(refundable);
  writer.wholeOrNull(card.dailySpend?.day ?? null).sum(card.dailySpend?.amount ?? zero);
  return writer.finish();
}

function writeRefundable(refundable: Refundable): void {
  writer.hex(refundable.opId, 32).text(refundable.acceptor);
  writer.sum(refundable.amount).sum(refundable.refunded).whole(refundable.refundableUntilMs);
}

/** @throws RangeError when the bytes are not a card record, or its amounts break a law: then a bit of it has changed. */
export function decodeCard(bytes: Buffer): CardRecord {
  const reader = new RecordReader(bytes);
  if (reader.byte() !== format) throw new RangeError("a record of another format");
  const version = reader.whole();
  const [balance, held] = [amount(reader), amount(reader)];
  const [loaded, writtenOff, refunded] = [amount(reader), amount(reader), amount(reader)];
  const [adjusted, movedIn, movedOut] = [reader.sum(), amount(reader), amount(reader)];
  const [expired, cancelled, faceValue] = [amount(reader), amount(reader), amount(reader)];
  const [lastEventId, nonce, walletId] = [reader.hex(32), reader.hex(16), reader.hexOrNull(20)];
  const card: Card = {
    cardId: reader.hex(20) as CardId,
    batchId: reader.hexOrNull(16) as BatchId | null,
    programId: reader.text() as ProgramId,
    programVersion: reader.whole(),
    unit: reader.text() as Unit,
    generatedAtMs: reader.whole(),
    lastAtMs: reader.whole(),
    expiresAtMs: reader.wholeOrNull(),
    issuer: reader.text() as ParticipantId,
    distributor: reader.textOrNull() as ParticipantId | null,
    standing: readStanding(reader),
    binding: readBinding(reader),
    refundables: readRefundables(reader),
    dailySpend: readDailySpend(reader),
    faceValue,
    balance,
    held,
    sums: { loaded, adjusted, movedIn, movedOut, writtenOff, refunded, expired, cancelled },
    version,
  };
  reader.end();
  if (!isLawful(card)) throw new RangeError("amounts that break a law");
  return { card, lastEventId, nonce, walletId };
}

function readBinding(reader: RecordReader): Binding {
  const holder = reader.hexOrNull(32);
  return holder === null
    ? { kind: "UNBOUND" }
    : { kind: "BOUND", holder: holder as HolderCommitment };
}

function readRefundables(reader: RecordReader): Refundable[] {
  const refundables: Refundable[] = [];
  for (let left = reader.byte(); left > 0; left -= 1) refundables.push(readRefundable(reader));
  return refundables;
}

const readRefundable = (reader: RecordReader): Refundable => ({
  opId: reader.hex(32) as OpId,
  acceptor: reader.text() as ParticipantId,
  amount: amount(reader),
  refunded: amount(reader),
  refundableUntilMs: reader.whole(),
});

function readDailySpend(reader: RecordReader): DailySpend | null {
  const [day, spent] = [reader.wholeOrNull(), amount(reader)];
  return day === null ? null : { day, amount: spent };
}

const amount = (reader: RecordReader): Amount => reader.sum() as Amount;

/** The version alone. */
export function versionOfCard(bytes: Buffer): number {
  if (bytes[0] !== format) throw new RangeError("a record of another format");
  return bytes.readDoubleBE(versionAt);
}

/** The amounts that `totals` adds up. */
export function amountsOfCard(bytes: Buffer): Omit<StoreTotals, "cards"> {
  if (bytes[0] !== format) throw new RangeError("a record of another format");
  const nth = (index: number): bigint => bytes.readBigInt64BE(amountsAt + 8 * index);
  return { balance: nth(0), held: nth(1), loaded: nth(2), writtenOff: nth(3), refunded: nth(4) };
}
