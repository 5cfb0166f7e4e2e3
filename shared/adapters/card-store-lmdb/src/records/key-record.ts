import type { OpId } from "@scrip/domain";
import type { Outcome } from "@scrip/ports";
import { unsealed } from "./checksum.ts";
import { RecordReader } from "./record-reader.ts";
import { writer } from "./record-writer.ts";

/** All there is under one operation key: pointer and outcome, which here lie side by side and share one write. */
export interface KeyRecord {
  /** Where it is decided. */
  readonly shard: number;
  /** Null for the key of a job's part, which has no body of its own. */
  readonly bodyHash: string | null;
  readonly outcome: Outcome | null;
}

const format = 3;
/** The number of the outcome's event stands first, at a fixed place: it is known only in the commit. */
const seqAt = 1;
const noSeq = -1;
const kinds: readonly Outcome["kind"][] = ["DONE", "DECLINED"];

/** Still to be sealed. @throws RangeError for a record that would not come back as it is. */
export function encodeKey({ shard, bodyHash, outcome }: KeyRecord): Buffer {
  writer
    .start()
    .byte(format)
    .whole(outcome?.seq ?? noSeq);
  writer.whole(shard).hexOrNull(bodyHash, 32);
  if (outcome === null) return writer.byte(0).bytes(unsealed).finish();
  writer.byte(1).byte(kinds.indexOf(outcome.kind)).hexOrNull(outcome.eventId, 32);
  return writer.whole(outcome.atMs).text(outcome.answer).bytes(unsealed).finish();
}

/** Fills the number of the outcome's event into the bytes of a record that is still to be sealed. */
export function stampSeq(bytes: Buffer, seq: number | null): void {
  bytes.writeDoubleBE(seq ?? noSeq, seqAt);
}

/** @param bytes opened. @throws RangeError when they are not a key record. */
export function decodeKey(opId: OpId, bytes: Buffer): KeyRecord {
  const reader = new RecordReader(bytes);
  if (reader.byte() !== format) throw new RangeError("a record of another format");
  const [stamped, shard, bodyHash] = [reader.whole(), reader.whole(), reader.hexOrNull(32)];
  const seq = stamped === noSeq ? null : stamped;
  const outcome = reader.byte() === 0 ? null : readOutcome(opId, seq, reader);
  reader.end();
  return { shard, bodyHash, outcome };
}

function readOutcome(opId: OpId, seq: number | null, reader: RecordReader): Outcome {
  const kind = kinds[reader.byte()];
  if (kind === undefined) throw new RangeError("not a kind of outcome");
  const [eventId, atMs, answer] = [reader.hexOrNull(32), reader.whole(), reader.text()];
  return { opId, kind, eventId, atMs, answer, seq };
}
