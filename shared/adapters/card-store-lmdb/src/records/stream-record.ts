import type { OutboxEntry, StreamPosition } from "@scrip/ports";
import { RecordReader } from "./record-reader.ts";
import { RecordWriter } from "./record-writer.ts";

const eventIdBytes = 32;
const writer = new RecordWriter();

/** @throws RangeError for a position that would not come back as it is. */
export const encodePosition = ({ epoch, seq, chain }: StreamPosition): Buffer =>
  writer.start().whole(epoch).whole(seq).hex(chain, 32).finish();

/** @throws RangeError when the bytes are not a position. */
export function decodePosition(bytes: Buffer): StreamPosition {
  const reader = new RecordReader(bytes);
  const position = { epoch: reader.whole(), seq: reader.whole(), chain: reader.hex(32) };
  reader.end();
  return position;
}

/** An event in the outbox: its id, then the entry's bytes. @throws RangeError for an id that is no hash. */
export function encodeEvent(eventId: string, bytes: Uint8Array): Buffer {
  const made = Buffer.allocUnsafe(eventIdBytes + bytes.length);
  if (made.write(eventId, 0, eventIdBytes, "hex") !== eventIdBytes || eventId.length !== 64)
    throw new RangeError(`not an event id: ${JSON.stringify(eventId.slice(0, 80))}`);
  made.set(bytes, eventIdBytes);
  return made;
}

/** @throws RangeError when the bytes are too short for an event. */
export function decodeEvent(seq: number, made: Buffer): OutboxEntry {
  if (made.length <= eventIdBytes) throw new RangeError("the event is cut short");
  const bytes = new Uint8Array(made.subarray(eventIdBytes));
  return { seq, eventId: made.toString("hex", 0, eventIdBytes), bytes };
}
