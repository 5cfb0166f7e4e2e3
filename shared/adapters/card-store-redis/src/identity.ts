import { PortError, type StreamPosition } from "@scrip/ports";
import { notOurs, storable } from "./faults.ts";
import { headKey } from "./records/keys.ts";
import { packer } from "./records/packer.ts";
import type { Functions } from "./server/functions.ts";
import { bufferOrNull, listOf, numberOf } from "./server/reply.ts";
import type { Server } from "./server/server.ts";
import { checkedHex } from "./records/byte-writer.ts";

/** Says what the records mean; another value is another format. */
const format = "scrip card store on Redis, format 1";

/** What a card store belongs to. */
export interface StoreIdentity {
  readonly chainId: string;
  /** Card shards; the control stream is one more. */
  readonly shards: number;
  /** Where the stream of a shard begins; asked once, when the store is made. */
  readonly streamStart: (shard: number) => StreamPosition;
}

/** A server and the functions it has. */
export interface Reached {
  readonly server: Server;
  readonly functions: Functions;
}

/** All streams of a store: its shards and the control stream. */
export const streamsOf = ({ shards }: Pick<StoreIdentity, "shards">): number[] =>
  Array.from({ length: shards + 1 }, (_, shard) => shard);

/** Shards that one step may touch together. */
export const groupsOf = ({ server }: Reached, streams: readonly number[]): number[][] =>
  server.oneNode ? [[...streams]] : streams.map((shard) => [shard]);

/**
 * Marks an empty server as ours and begins its streams, durably, or finds that it is ours already.
 * @throws PortError NOT_OURS when it belongs to another chain or format, or to somebody else.
 */
export async function identify(reached: Reached, own: StoreIdentity): Promise<void> {
  const about = aboutOf(own);
  const found = await foundHeads(reached, own);
  if (found.some(({ rebuilding }) => rebuilding))
    throw notOurs("the server holds a rebuild that was not finished");
  if (found.some((head) => head.about !== null && head.about !== about))
    throw notOurs(`the server holds ${differing(found, about)}, not ${about}`);
  // A kill may have left some streams of a cluster begun, and others not.
  if (found.some((head) => head.about === null)) await begin(reached, own, { fresh: false });
}

/**
 * Marks an empty server as one that is being rebuilt, durably.
 * @throws PortError NOT_OURS when it is not empty.
 */
export async function beginRebuild(reached: Reached, own: StoreIdentity): Promise<void> {
  const found = await foundHeads(reached, own);
  if (found.some((head) => head.about !== null)) throw notOurs("the server is not empty");
  await begin(reached, own, { fresh: true });
}

/** From here on it is a card store like any other. */
export async function finishRebuild(reached: Reached, shards: number): Promise<void> {
  for (const group of groupsOf(reached, streamsOf({ shards }))) {
    packer.start().list(group.length);
    for (const shard of group) packer.whole(shard);
    await reached.functions.call("finish", group[0] ?? 0, packer.finish());
  }
}

interface Head {
  readonly about: string | null;
  readonly rebuilding: boolean;
}

/** What the heads say, on a server that is ours or empty. @throws PortError NOT_OURS */
async function foundHeads(reached: Reached, own: StoreIdentity): Promise<Head[]> {
  const heads = await readHeads(reached, own);
  if (heads.some(({ about }) => about !== null)) return heads;
  const sizes = await reached.server.askAll(["DBSIZE"]);
  if (sizes.every((size) => numberOf(size) === 0)) return heads;
  // Another process may have begun the streams meanwhile.
  const again = await readHeads(reached, own);
  if (again.some(({ about }) => about !== null)) return again;
  throw notOurs("the server holds something else than a card store");
}

const readHeads = ({ server }: Reached, own: StoreIdentity): Promise<Head[]> =>
  Promise.all(
    streamsOf(own).map(async (shard) => {
      const key = headKey(shard);
      const reply = await server.ask(key, ["HMGET", key, "about", "rebuilding"]);
      const [about, rebuilding] = listOf(reply).map(bufferOrNull);
      return { about: about?.toString("utf8") ?? null, rebuilding: rebuilding !== null };
    }),
  );

async function begin(
  reached: Reached,
  own: StoreIdentity,
  { fresh }: { readonly fresh: boolean },
): Promise<void> {
  for (const group of groupsOf(reached, streamsOf(own))) {
    const starts = group.map((shard) => storable(() => checkedPosition(own.streamStart(shard))));
    packer.start().list(3).text(aboutOf(own)).flag(fresh);
    packer.list(4 * group.length);
    for (const [nth, shard] of group.entries()) {
      const { epoch = 0, seq = 0, chain = "" } = starts[nth] ?? {};
      packer.whole(shard).whole(epoch).whole(seq).text(chain);
    }
    const reply = await reached.functions.call("begin", group[0] ?? 0, packer.finish());
    if (reply !== 0) throw notOurs("the server is not empty");
  }
}

/** @throws RangeError for a position that would not come back as it is. */
export function checkedPosition(position: StreamPosition): StreamPosition {
  for (const number of [position.epoch, position.seq])
    if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`no position: ${number}`);
  checkedHex(position.chain, 32);
  return position;
}

const aboutOf = ({ chainId, shards }: StoreIdentity): string =>
  JSON.stringify({ format, chainId, shards });

const differing = (heads: readonly Head[], about: string): string =>
  heads.find((head) => head.about !== null && head.about !== about)?.about ?? "nothing";

export const closed = (): PortError => new PortError("UNAVAILABLE", "card store: it is closed");
