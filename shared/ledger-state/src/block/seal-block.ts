import { lawGauge } from "@scrip/domain";
import { encodeEntry, type SealEntry, toHex } from "@scrip/wire";
import { encodeMeta } from "../state/ledger-meta.ts";
import type { NewBlock } from "./block.ts";
import type { BlockDraft } from "./block-draft.ts";

/** Ends a block: settles height and totals, hashes the changed leaves into the map and appends the seal. */
export function sealBlock(draft: BlockDraft, height: number): NewBlock {
  const { leaves, log, state, timeMs } = draft;
  leaves.set("protocol", { ...draft.protocol, height });
  draft.settleTotals();
  const { writes, map } = leaves.changes();
  const update = state.map.update(map);
  const { cards, totals } = leaves.need("totals", null);
  const seal: SealEntry = {
    kind: "seal",
    height,
    timeMs,
    mapRoot: toHex(update.root),
    cards,
    totals,
    lawGauge: lawGauge(totals),
    latenessMs: draft.latenessMs,
  };
  log.append(encodeEntry(seal));
  const { frontier } = log;
  const { shape, root: mapRoot } = update;
  return {
    height,
    fromIndex: log.fromIndex,
    entries: log.entries,
    tiles: log.tiles(),
    leaves: writes,
    buckets: update.writes,
    meta: encodeMeta({ height, timeMs, shape, mapRoot, frontier: frontier.toBytes() }),
    size: frontier.size,
    root: frontier.root(),
    seal,
    events: draft.events,
    next: { height, timeMs, frontier, map: update },
  };
}
