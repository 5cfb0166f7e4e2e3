import type { CardId, OpId } from "@scrip/domain";
import type { DueEntry } from "@scrip/ports";
import { writer } from "./byte-writer.ts";

/*
 * Entries of the due index: time, kind, id. Their order as bytes is the order in which they fall due.
 */

const cardKind = 1;
const operationKind = 2;
const idAt = 9;
const cardBytes = 20;
const opBytes = 32;

/** @throws RangeError for an entry that would not come back as it is. */
export function encodeDue({ dueAtMs, kind, id }: DueEntry): Buffer {
  writer.start().sorted(dueAtMs);
  return kind === "CARD"
    ? writer.byte(cardKind).hex(id, cardBytes).finish()
    : writer.byte(operationKind).hex(id, opBytes).finish();
}

/** Where the entries begin that are due later than this. */
export const dueAfter = (untilMs: number): Buffer => {
  const next = Math.min(Math.max(0, Math.floor(untilMs) + 1), Number.MAX_SAFE_INTEGER);
  return writer.start().sorted(next).finish();
};

/** @throws RangeError when the bytes are no entry. */
export function decodeDue(bytes: Buffer): DueEntry {
  const dueAtMs = Number(bytes.readBigUInt64BE(0));
  const [kind, id] = [bytes.readUInt8(8), bytes.toString("hex", idAt)];
  if (kind === cardKind && id.length === cardBytes * 2)
    return { dueAtMs, kind: "CARD", id: id as CardId };
  if (kind === operationKind && id.length === opBytes * 2)
    return { dueAtMs, kind: "OPERATION", id: id as OpId };
  throw new RangeError("not an entry of the due index");
}
