import { PortError, type StreamPosition } from "@scrip/ports";
import type { CommitView } from "./commit/commit-view.ts";
import { Streams } from "./commit/streams.ts";
import type { Environment } from "./environment.ts";
import { messageOf, notOurs, storable, stored } from "./faults.ts";
import { readTrimPoint } from "./reads.ts";
import { seal } from "./records/checksum.ts";
import { placeOfKey, present, shardKey } from "./records/keys.ts";
import { addressOf, encodePosition } from "./records/stream-record.ts";

/** Says what the records mean; another value is another format. */
const format = "scrip card store, format 3";
const aboutKey = Buffer.from("store");
/** Stands beside it until a rebuild is finished. */
const rebuildingKey = Buffer.from("store is being rebuilt");

/** What a card store belongs to. */
export interface StoreIdentity {
  readonly chainId: string;
  /** Card shards; the control stream is one more. */
  readonly shards: number;
  /** Where the stream of a shard begins; asked once, when the store is made. */
  readonly streamStart: (shard: number) => StreamPosition;
}

/**
 * Marks a new store as ours and begins its streams, durably, or reads where the streams of an old one stand.
 * @throws PortError NOT_OURS when it belongs to another chain or format.
 */
export function identify(directory: string, environment: Environment, own: StoreIdentity): Streams {
  const found = environment.about.get(aboutKey);
  if (environment.about.get(rebuildingKey) !== undefined)
    throw notOurs(directory, "it holds a rebuild that was not finished");
  if (found === undefined) {
    if ([...environment.about.getKeys({ limit: 1 })].length > 0)
      throw notOurs(directory, "it holds another kind of store");
    begin(environment, own);
  } else {
    requireSame(directory, aboutOf(own), found.toString("utf8"));
  }
  return streamsOf(environment, own.shards);
}

/**
 * Marks an empty store as one that is being rebuilt, durably.
 * @throws PortError NOT_OURS when it is not empty.
 */
export function beginRebuild(
  directory: string,
  environment: Environment,
  own: StoreIdentity,
): Streams {
  if ([...environment.about.getKeys({ limit: 1 })].length > 0)
    throw notOurs(directory, "it is not empty");
  environment.about.putSync(rebuildingKey, present);
  begin(environment, own);
  return streamsOf(environment, own.shards);
}

/** From the commit of this view on it is a card store like any other. */
export function finishRebuild({ about }: Environment, view: CommitView): void {
  view.put(about, rebuildingKey, null);
}

const aboutOf = ({ chainId, shards }: StoreIdentity) => ({ format, chainId, shards });

function begin({ root, about, streams }: Environment, own: StoreIdentity): void {
  const starts = Array.from({ length: own.shards + 1 }, (_, shard) => {
    const value = storable(() => encodePosition(own.streamStart(shard)));
    return { key: shardKey(shard), value };
  });
  root.transactionSync(() => {
    for (const { key, value } of starts) streams.putSync(key, seal(key, value));
    about.putSync(aboutKey, Buffer.from(JSON.stringify(aboutOf(own))));
  });
}

function requireSame(directory: string, own: Record<string, unknown>, text: string): void {
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw notOurs(directory, `it does not say what it is: ${messageOf(cause)}`, cause);
  }
  for (const [name, value] of Object.entries(own))
    if (found[name] !== value)
      throw notOurs(directory, `its ${name} is ${String(found[name])}, not ${String(value)}`);
}

/** @throws PortError CORRUPT when an event is missing from its stream. */
function streamsOf(environment: Environment, shards: number): Streams {
  const every = Array.from({ length: shards + 1 }, (_, shard) => shard);
  const streams = new Streams(every.map((shard) => readTrimPoint(environment, shard)));
  for (const { key, value } of environment.outbox.getRange()) {
    const { shard, seq } = stored("an event", () => addressOf(value));
    const expected = streams.nextSeq(shard);
    if (seq !== expected)
      throw new PortError(
        "CORRUPT",
        `card store: shard ${shard} has event ${seq} where ${String(expected)} belongs`,
      );
    streams.append(shard, placeOfKey(key));
  }
  return streams;
}
