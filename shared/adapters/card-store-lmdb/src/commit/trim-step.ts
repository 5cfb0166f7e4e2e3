import { PortError, type StreamPosition } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { seqKey, shardKey } from "../records/keys.ts";
import { encodePosition } from "../records/stream-record.ts";
import type { Step } from "./group-commit.ts";

/**
 * The step that forgets events and remembers where they ended.
 * @throws RangeError when the position would not come back as it is.
 */
export function trimStep(
  { outbox, streams }: Environment,
  shard: number,
  to: StreamPosition,
): Step<void> {
  const value = encodePosition(to);
  return (view) => {
    const from = view.trimPoints[shard];
    if (from === undefined || to.seq < from.seq) return;
    if (to.seq === from.seq && to.epoch <= from.epoch) return;
    if (to.seq > view.nextSeq(shard))
      throw new PortError(
        "CONTRACT_BROKEN",
        `card store: shard ${shard} has ${view.nextSeq(shard)} events, none to trim up to ${to.seq}`,
      );
    for (let seq = from.seq; seq < to.seq; seq += 1) view.put(outbox, seqKey(shard, seq), null);
    view.put(streams, shardKey(shard), value);
    view.trimPoints[shard] = to;
  };
}
