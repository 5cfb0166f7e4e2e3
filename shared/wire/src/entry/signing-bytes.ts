import { concat, fromHex, tagged, terminated } from "../bytes.ts";
import { encodeCbor } from "../cbor/value.ts";
import type { BatchHeader, EventEntry } from "../entries.ts";
import { tags } from "../tags.ts";
import { encodeEntry } from "./entry-codec.ts";

/**
 * What a writer signs of a batch: tag ‖ chain id ‖ 0 ‖ CBOR [shard, epoch, fromSeq, chainBefore, count] ‖ RFC 6962
 * root of the events' leaf hashes (32 bytes).
 */
export function batchSigningBytes(
  chainId: string,
  header: BatchHeader,
  eventsRoot: Uint8Array,
): Uint8Array {
  const { shard, epoch, fromSeq, chainBefore, count } = header;
  const position = encodeCbor([shard, epoch, fromSeq, fromHex(chainBefore), count]);
  return tagged(tags.batch, terminated(chainId), concat(position, eventsRoot));
}

/** What an organisation signs of an event: tag ‖ chain id ‖ 0 ‖ the event's bytes without any signatures. */
export const partySigningBytes = (chainId: string, entry: EventEntry): Uint8Array =>
  tagged(tags.party, terminated(chainId), encodeEntry({ ...entry, partySignatures: [] }));
