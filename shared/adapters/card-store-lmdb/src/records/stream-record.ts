import type { OutboxEntry, StreamPosition } from "@scrip/ports";
import { unsealed } from "./checksum.ts";
import { RecordReader } from "./record-reader.ts";
import { writer } from "./record-writer.ts";

const seqAt = 2;
const idAt = 8;
const idBytes = 32;
const bytesAt = idAt + idBytes;

/** Still to be sealed. @throws RangeError for a position that would not come back as it is. */
export const encodePosition = ({ epoch, seq, chain }: StreamPosition): Buffer =>
  writer.start().whole(epoch).whole(seq).hex(chain, 32).bytes(unsealed).finish();

/** @param bytes opened. @throws RangeError when they are not a position. */
export function decodePosition(bytes: Buffer): StreamPosition {
  const reader = new RecordReader(bytes);
  const position = { epoch: reader.whole(), seq: reader.whole(), chain: reader.hex(32) };
  reader.end();
  return position;
}

/*
 * An event in the outbox: shard, number, id, then the entry's bytes. Shard and number are known only in the commit.
 */

/** @throws RangeError for an id that is no hash. */
export function encodeEvent(eventId: string, bytes: Uint8Array): Buffer {
  return writer.start().bigEndian(0, 2).bigEndian(0, 6).hex(eventId, idBytes).bytes(bytes).finish();
}

/** The same event, with its address filled in. */
export function addressed(made: Buffer, shard: number, seq: number): Buffer {
  made.writeUInt16BE(shard, 0);
  made.writeUIntBE(seq, seqAt, 6);
  return made;
}

/** @throws RangeError when the bytes are too short for an event. */
export function addressOf(made: Buffer): { readonly shard: number; readonly seq: number } {
  if (made.length <= bytesAt) throw new RangeError("the event is cut short");
  return { shard: made.readUInt16BE(0), seq: made.readUIntBE(seqAt, 6) };
}

/** @throws RangeError when the bytes are another event's, or too short for one. */
export function decodeEvent(made: Buffer, shard: number, seq: number): OutboxEntry {
  const address = addressOf(made);
  if (address.shard !== shard || address.seq !== seq)
    throw new RangeError(`event ${address.seq} of shard ${address.shard} lies in its place`);
  const eventId = made.toString("hex", idAt, bytesAt);
  return { seq, eventId, bytes: new Uint8Array(made.subarray(bytesAt)) };
}
