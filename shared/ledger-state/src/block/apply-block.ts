import { nextChain, type ShardHead } from "@scrip/wire";
import { LedgerStateError } from "../ledger-error.ts";
import type { LedgerState } from "../state/ledger-state.ts";
import { type AdmittedBatch, judgeBatch } from "./batch-rules.ts";
import type { AppliedBlock, BatchResult, BlockInput, OfferedBatch } from "./block.ts";
import { BlockDraft } from "./block-draft.ts";
import { sealBlock } from "./seal-block.ts";
import { takeEvent } from "./take-event.ts";

/**
 * Makes the next block from these batches, in this order. Deterministic: it uses only its arguments and the leaves
 * they name, and it changes nothing; store the block, then let the state adopt it. One block at a time.
 * @throws LedgerStateError BLOCK_WRONG before genesis, or when height or time does not follow the last seal
 */
export function applyBlock(state: LedgerState, input: BlockInput): AppliedBlock {
  requireNext(state, input);
  const protocol = state.leaves().need("protocol", null);
  const draft = new BlockDraft(state, input, protocol);
  const results = input.batches.map((batch) => takeBatch(draft, batch));
  const taken = results.some(({ kind }) => kind === "TAKEN");
  return { results, block: taken ? sealBlock(draft, input.height) : null };
}

function requireNext(state: LedgerState, { height, timeMs }: BlockInput): void {
  if (state.height < 0) throw new LedgerStateError("BLOCK_WRONG", "the chain has no genesis yet");
  if (!Number.isSafeInteger(height) || height <= state.height) {
    throw new LedgerStateError("BLOCK_WRONG", `height ${height} after height ${state.height}`);
  }
  if (!Number.isSafeInteger(timeMs) || timeMs < state.timeMs) {
    throw new LedgerStateError("BLOCK_WRONG", `time ${timeMs} ms before ${state.timeMs} ms`);
  }
}

function takeBatch(draft: BlockDraft, batch: OfferedBatch): BatchResult {
  const judged = judgeBatch(draft, batch);
  return "kind" in judged ? judged : takeAll(draft, batch, judged);
}

/** Where the stream stands, in whatever epoch it is by now. */
function setHead(
  { leaves }: BlockDraft,
  shard: number,
  place: Pick<ShardHead, "nextSeq" | "chain">,
): ShardHead {
  const head = { ...leaves.need("shard-head", shard), ...place };
  leaves.set("shard-head", head);
  return head;
}

/** Whatever the events say, the batch is taken whole: each event consumes its number. */
function takeAll(draft: BlockDraft, batch: OfferedBatch, admitted: AdmittedBatch): BatchResult {
  const { shard } = admitted.head;
  let { nextSeq, chain } = admitted.head;
  draft.log.append(admitted.bytes);
  for (const [at, bytes] of batch.events.entries()) {
    const leafHash = admitted.leafHashes[at];
    if (leafHash === undefined) throw new Error(`no leaf hash for event ${at}`);
    chain = nextChain(draft.hash, chain, takeEvent(draft, { shard, bytes, leafHash }));
    nextSeq += 1;
    // An event of the control stream may be about that very stream: it finds and leaves the head of its own place.
    if (shard === draft.protocol.shards) setHead(draft, shard, { nextSeq, chain });
  }
  const head = setHead(draft, shard, { nextSeq, chain });
  return { kind: "TAKEN", head };
}
