import { PortError, type StreamPosition } from "@scrip/ports";
import type { Environment } from "../environment.ts";
import { seal } from "../records/checksum.ts";
import { placeKey, shardKey } from "../records/keys.ts";
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
  const key = shardKey(shard);
  const value = seal(key, encodePosition(to));
  return (view) => {
    const from = view.streams.trimPoint(shard);
    if (from === undefined || to.seq < from.seq) return;
    if (to.seq === from.seq && to.epoch <= from.epoch) return;
    if (to.seq > view.streams.nextSeq(shard))
      throw new PortError(
        "CONTRACT_BROKEN",
        `card store: shard ${shard} has ${view.streams.nextSeq(shard)} events, none to trim up to ${to.seq}`,
      );
    for (const place of view.streams.trim(shard, to)) view.put(outbox, placeKey(place), null);
    view.put(streams, key, value);
  };
}
