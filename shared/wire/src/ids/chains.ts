import type { ProgramId } from "@scrip/domain";
import type { Hash } from "../bytes.ts";
import { bigEndian, tagged, terminated, toHex, utf8, writeHex } from "../bytes.ts";
import { tags } from "../tags.ts";

/** Chain of a shard's stream before its first event, hex. The control stream's shard is the number of card shards. */
export const streamStart = (hash: Hash, chainId: string, shard: number): string =>
  toHex(hash(tagged(tags.stream, terminated(chainId), bigEndian(shard, 2))));

/** Chain of a program before its first entry, hex. */
export const programStart = (hash: Hash, programId: ProgramId): string =>
  toHex(hash(tagged(tags.program, utf8(programId))));

// One for all links: a hash does not keep its input.
const linkInput = new Uint8Array(64);

/** The next link of either: H(chain ‖ leafHash), all 32 bytes hex. */
export function nextChain(hash: Hash, chain: string, leafHash: string): string {
  if (chain.length !== 64 || leafHash.length !== 64)
    throw new RangeError("a link needs two hashes");
  writeHex(chain, linkInput, 0);
  writeHex(leafHash, linkInput, 32);
  return toHex(hash(linkInput));
}
