import type { Totals } from "@scrip/domain";
import type { BatchEntry, GenesisEntry, NamedKey, RejectionEntry, SealEntry } from "../entries.ts";
import { eventBytesMax } from "../entries.ts";
import type { Codec } from "../codec/codec.ts";
import { arrayOf, tuple } from "../codec/codec.ts";
import type { Fields } from "../codec/record.ts";
import { constant, field, record } from "../codec/record.ts";
import { bytesCodec, hex, labelCodec, oneOf, timeMs, totalCodec, whole } from "../codec/scalars.ts";
import { kindKey, kindNumbers, rejectionNumbers } from "./numbers.ts";

/** Keys of one role in genesis. */
export const keysPerRoleMax = 64;
/** Events of one batch. */
export const batchEventsMax = 65_535;
/** Card shards: a shard index fits two bytes, the control stream's included. */
export const shardsMax = 65_535;

const shard = whole(0, shardsMax);
export const keyList = (min: number): Codec<readonly NamedKey[]> =>
  arrayOf(tuple<NamedKey>({ name: labelCodec, publicKey: hex(32) }), { min, max: keysPerRoleMax });

/** Ten sums in the order of law 1. */
export const totalsCodec = tuple<Totals>({
  loaded: totalCodec,
  adjusted: totalCodec,
  movedIn: totalCodec,
  movedOut: totalCodec,
  available: totalCodec,
  held: totalCodec,
  writtenOff: totalCodec,
  refunded: totalCodec,
  expired: totalCodec,
  cancelled: totalCodec,
});

/** The entry of a kind from the codec of the pairs behind its kind. */
function entryOf<E extends { readonly kind: keyof typeof kindNumbers }>(
  kind: E["kind"],
  fields: Fields<Omit<E, "kind">>,
): Codec<E> {
  const pairs = record<{ kind: number }>({ ...fields, kind: constant(kindKey, kindNumbers[kind]) });
  return {
    write: (writer, entry) => pairs.write(writer, entry as unknown as { kind: number }),
    read: (reader) => ({ ...pairs.read(reader), kind }) as unknown as E,
  };
}

export const genesisCodec = entryOf<GenesisEntry>("genesis", {
  chainId: field(1, labelCodec),
  shards: field(2, whole(1, shardsMax)),
  cryptoSuite: field(3, labelCodec),
  protocolVersion: field(4, whole(1)),
  timeMs: field(5, timeMs),
  validators: field(6, keyList(1)),
  quorum: field(7, whole(1, keysPerRoleMax)),
  writers: field(8, keyList(1)),
  operators: field(9, keyList(0)),
  receipts: field(10, keyList(0)),
  skewMaxMs: field(11, timeMs),
});

export const batchCodec = entryOf<BatchEntry>("batch", {
  shard: field(1, shard),
  epoch: field(2, whole(0)),
  fromSeq: field(3, whole(0)),
  chainBefore: field(4, hex(32)),
  count: field(5, whole(1, batchEventsMax)),
  writer: field(6, labelCodec),
  signature: field(7, hex(64)),
});

export const rejectionCodec = entryOf<RejectionEntry>("rejection", {
  event: field(1, bytesCodec(eventBytesMax)),
  reason: field(2, oneOf(rejectionNumbers)),
});

export const sealCodec = entryOf<SealEntry>("seal", {
  height: field(1, whole(0)),
  timeMs: field(2, timeMs),
  mapRoot: field(3, hex(32)),
  cards: field(4, whole(0)),
  totals: field(5, totalsCodec),
  lawGauge: field(6, totalCodec),
  latenessMs: field(7, whole(0)),
});
