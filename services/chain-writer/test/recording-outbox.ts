import { sha256 } from "@scrip/merkle-log";
import { PortError, type Outbox, type OutboxEntry, type StreamPosition } from "@scrip/ports";
import { streamStart } from "@scrip/wire";
import { chainId } from "./stream-source.ts";

/** Keeps trim points; refuses to go beyond its heads, as the port says. */
export class RecordingOutbox implements Outbox {
  readonly streams: number;
  readonly trimmed = new Map<number, StreamPosition>();
  readonly heads = new Map<number, number>();
  trimFailures = 0;

  constructor(streams: number) {
    this.streams = streams;
  }

  trim(shard: number, to: StreamPosition): Promise<void> {
    if (this.trimFailures > 0) {
      this.trimFailures -= 1;
      return Promise.reject(new PortError("UNAVAILABLE", "the disk is busy"));
    }
    if (to.seq > (this.heads.get(shard) ?? Number.MAX_SAFE_INTEGER)) {
      return Promise.reject(new PortError("CONTRACT_BROKEN", "beyond the head"));
    }
    if (to.seq > (this.trimmed.get(shard)?.seq ?? 0)) this.trimmed.set(shard, to);
    return Promise.resolve();
  }

  read(): Promise<OutboxEntry[]> {
    return Promise.resolve([]);
  }

  nextSeq(shard: number): Promise<number> {
    return Promise.resolve(this.heads.get(shard) ?? 0);
  }

  trimPoint(shard: number): Promise<StreamPosition> {
    const chain = streamStart(sha256, chainId, shard);
    return Promise.resolve(this.trimmed.get(shard) ?? { epoch: 1, seq: 0, chain });
  }

  onAppend(): () => void {
    return () => undefined;
  }
}
