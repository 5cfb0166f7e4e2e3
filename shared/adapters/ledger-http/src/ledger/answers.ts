import type { LedgerBlock } from "@scrip/ports";
import type { Frame } from "../channel/frame.ts";
import { blocksFullBytes, blocksMax } from "../limits.ts";

/** A block without its entries: how many there are, and what else is said of it. */
interface BlockHead {
  readonly height: number;
  readonly fromIndex: number;
  readonly entries: number;
  readonly checkpoint: string;
}

interface BlocksHead {
  readonly blocks: readonly BlockHead[];
  /** Whether who asked for more of them is to ask again. */
  readonly more: boolean;
}

/** The first of these blocks, as many as an answer holds and one at least. @param limit how many were asked for */
export function blocksFrame(blocks: readonly LedgerBlock[], limit: number): Frame<BlocksHead> {
  const heads: BlockHead[] = [];
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (const { entries, ...block } of blocks) {
    const size = entries.reduce((sum, { length }) => sum + length, 0);
    if (heads.length > 0 && bytes + size > blocksFullBytes) break;
    bytes += size;
    heads.push({ ...block, entries: entries.length });
    for (const entry of entries) parts.push(entry);
  }
  const full = heads.length < blocks.length || (blocks.length > 0 && blocks.length === blocksMax);
  return { head: { blocks: heads, more: full && heads.length < limit }, parts };
}

/** The blocks of an answer. They are checked by whoever follows, and believed by nobody before. */
export function blocksOf({ head, parts }: Frame): { blocks: LedgerBlock[]; more: boolean } {
  const { blocks: heads, more } = head as BlocksHead;
  let at = 0;
  const blocks = heads.map(({ entries, ...block }) => ({
    ...block,
    entries: parts.slice(at, (at += entries)),
  }));
  return { blocks, more };
}

/** Where progress stands: another text than before means that there was some. */
export interface ProgressAnswer {
  readonly stand: string;
}
