/** @typedef {import("../harness/cpu-profile.mjs").Frame} Frame */

/**
 * The stages of an event on its way to the verified copy; the first rule that fits a frame names it, and the innermost
 * frame that is named decides. Names are those of functions: whoever renames one of them moves its time to "other".
 * @type {{ stage: string, name?: RegExp, package?: RegExp }[]}
 */
const rules = [
  { stage: "garbage collection", name: /^\(garbage collector\)$/ },
  { stage: "signatures: sign and verify", name: /^(sign|verify)Ed25519$/ },
  { stage: "LMDB: write blocks and indexes", name: /^#?(putBlock|putCheckpoint)$/ },
  { stage: "map: update and hash", package: /^state-map$/ },
  { stage: "log: tree, tiles, checkpoints", package: /^merkle-log$/ },
  { stage: "leaves: read and decode", name: /^(#slot|#read|decodeLeaf)\d*$/ },
  { stage: "leaves: encode and hash", name: /^(changes|hashedLeaf)\d*$/ },
  { stage: "totals and entry counts", name: /^(countCards|countEntry|settleTotals|#tallyOf)$/ },
  { stage: "entries: decode", name: /^(decodeEvent|decodeEntry|cutBlock)\d*$/ },
  {
    stage: "judge and evolve",
    name: /^(hear|rejectionOf|evolve|admit)\d*$/,
    package: /^(ledger-state|domain)$/,
  },
  { stage: "batches: cut, sign, check", name: /^judgeBatch$/ },
  { stage: "batches: cut, sign, check", package: /^chain-writer$/ },
  {
    stage: "outbox, relay, event log",
    package: /^(application|relay|event-log-embedded|card-store-lmdb)$/,
  },
  { stage: "follower: look-ups", name: /^(lookupsOf|#repeated)$/ },
];

/** @param {Frame} frame */
const ruleOf = (frame) =>
  rules.find(
    ({ name, package: where }) =>
      (name === undefined || name.test(frame.name)) &&
      (where === undefined || where.test(frame.package)),
  );

/** @param {readonly Frame[]} stack the innermost frame first */
export function ledgerStageOf(stack) {
  for (const frame of stack) {
    const rule = ruleOf(frame);
    if (rule !== undefined) return rule.stage;
  }
  const inStore = stack.some(({ package: where }) => /^(lmdb|follower-store-lmdb)$/.test(where));
  return inStore ? "LMDB: other" : "other";
}
