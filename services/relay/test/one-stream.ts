import { leafHash, sha256 } from "@scrip/merkle-log";
import {
  PortError,
  type EventLog,
  type EventMessage,
  type Outbox,
  type OutboxEntry,
} from "@scrip/ports";

/** An outbox of one stream that nobody adds to. */
export function outboxOf(...texts: string[]): Outbox & { entries: OutboxEntry[] } {
  const entries = texts.map((text, seq) => {
    const bytes = new TextEncoder().encode(text);
    return { seq, eventId: Buffer.from(leafHash(sha256, bytes)).toString("hex"), bytes };
  });
  return {
    entries,
    streams: 1,
    read: (_shard, fromSeq, limit) => Promise.resolve(entries.slice(fromSeq, fromSeq + limit)),
    nextSeq: () => Promise.resolve(entries.length),
    trimPoint: () => Promise.resolve({ epoch: 1, seq: 0, chain: "00".repeat(32) }),
    trim: () => Promise.resolve(),
    onAppend: () => () => undefined,
  };
}

/** A log that fails as often as it is told to. */
export function failingLog(failures: number): EventLog & { readonly published: EventMessage[] } {
  const published: EventMessage[] = [];
  let left = failures;
  return {
    published,
    publish: (messages) => {
      left -= 1;
      if (left >= 0) return Promise.reject(new PortError("UNAVAILABLE", "the log is away"));
      published.push(...messages);
      return Promise.resolve();
    },
    subscribe: () => Promise.reject(new Error("nobody subscribes here")),
    republishFrom: () => Promise.resolve(),
    onRepublish: () => () => undefined,
    close: () => Promise.resolve(),
  };
}
