import type { OpId } from "@scrip/domain";
import type { NewOutcome, Outcome } from "@scrip/ports";
import { writer } from "./byte-writer.ts";

/** Where a key is decided; without a hash nobody knows what was asked with it: so it is in a rebuilt store. */
export interface StandingPointer {
  readonly decisionShard: number;
  readonly bodyHash: string | null;
}

const noSeq = -1;
const eventBytes = 32;
const kinds: readonly Outcome["kind"][] = ["DONE", "DECLINED"];

/**
 * What a pointer says: two bytes of shard, one that counts the saves which put it and were not refused (0: it stays
 * anyway), the hash.
 */
export const encodePointer = ({ decisionShard, bodyHash }: StandingPointer): Buffer => {
  writer.start().short(decisionShard).byte(0);
  return bodyHash === null ? writer.finish() : writer.hex(bodyHash, 32).finish();
};

/** @throws RangeError when the bytes are not a pointer. */
export function decodePointer(bytes: Buffer): StandingPointer {
  if (bytes.length !== 3 && bytes.length !== 35) throw new RangeError("not a pointer");
  const bodyHash = bytes.length === 3 ? null : bytes.toString("hex", 3);
  return { decisionShard: bytes.readUInt16BE(0), bodyHash };
}

/**
 * An outcome but for the number of its event, which stands before it and is known only in the save.
 * @throws RangeError for an outcome that would not come back as it is.
 */
export function encodeOutcome({ kind, eventId, atMs, answer }: NewOutcome): Buffer {
  writer.start().byte(kinds.indexOf(kind)).whole(atMs);
  return writer.hexOrNull(eventId, eventBytes).text(answer).finish();
}

/** An outcome with its number. */
export function encodeKept(outcome: Outcome): Buffer {
  const rest = encodeOutcome(outcome);
  return writer
    .start()
    .whole(outcome.seq ?? noSeq)
    .bytes(rest)
    .finish();
}

/** @throws RangeError when the bytes are not an outcome. */
export function decodeOutcome(opId: OpId, bytes: Buffer): Outcome {
  const [stamped, kind] = [bytes.readDoubleBE(0), kinds[bytes.readUInt8(8)]];
  if (kind === undefined) throw new RangeError("not a kind of outcome");
  const atMs = bytes.readDoubleBE(9);
  const hasEvent = bytes.readUInt8(17) === 1;
  const answerAt = 18 + (hasEvent ? eventBytes : 0);
  const eventId = hasEvent ? bytes.toString("hex", 18, answerAt) : null;
  const answer = bytes.toString("utf8", answerAt);
  return { opId, kind, eventId, atMs, answer, seq: stamped === noSeq ? null : stamped };
}
