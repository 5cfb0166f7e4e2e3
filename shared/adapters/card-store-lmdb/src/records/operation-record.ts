import type { Amount, CardId, Leg, OpId, ParticipantId, ProgramId, Unit } from "@scrip/domain";
import type { OperationRecord } from "@scrip/ports";
import { RecordReader } from "./record-reader.ts";
import { writer } from "./record-writer.ts";

const format = 1;
const versionAt = 1;

/** @throws RangeError for a record that would not come back as it is. */
export function encodeOperation({ operation, lastEventId, nonce }: OperationRecord): Buffer {
  writer.start().byte(format).whole(operation.version);
  writer.hex(operation.opId, 32).hex(lastEventId, 32).hex(nonce, 16);
  writer.text(operation.programId).text(operation.unit).text(operation.acceptor);
  writer.whole(operation.refundableUntilMs);
  writer.whole(operation.legs.length);
  for (const { cardId, amount, refunded } of operation.legs)
    writer.hex(cardId, 20).sum(amount).sum(refunded);
  return writer.finish();
}

/** @throws RangeError when the bytes are not an operation record. */
export function decodeOperation(bytes: Buffer): OperationRecord {
  const reader = new RecordReader(bytes);
  if (reader.byte() !== format) throw new RangeError("a record of another format");
  const version = reader.whole();
  const opId = reader.hex(32) as OpId;
  const [lastEventId, nonce] = [reader.hex(32), reader.hex(16)];
  const operation = {
    opId,
    programId: reader.text() as ProgramId,
    unit: reader.text() as Unit,
    acceptor: reader.text() as ParticipantId,
    refundableUntilMs: reader.whole(),
    legs: Array.from({ length: reader.whole() }, () => readLeg(reader)),
    version,
  };
  reader.end();
  return { operation, lastEventId, nonce };
}

const readLeg = (reader: RecordReader): Leg => ({
  cardId: reader.hex(20) as CardId,
  amount: reader.sum() as Amount,
  refunded: reader.sum() as Amount,
});

/** The version alone. */
export function versionOfOperation(bytes: Buffer): number {
  if (bytes[0] !== format) throw new RangeError("a record of another format");
  return bytes.readDoubleBE(versionAt);
}
