export { applyBlock } from "./block/apply-block.ts";
export type {
  AppliedBlock,
  BatchFault,
  BatchResult,
  BlockInput,
  JudgedEvent,
  NewBlock,
  OfferedBatch,
  TileWrite,
} from "./block/block.ts";
export { type BlockLookups, lookupsOf } from "./block/block-index.ts";
export { epochFirst, genesisBlock } from "./block/genesis.ts";
export {
  batchCardsMadeBy,
  listOfAcceptor,
  listOfBatch,
  listOfProgram,
  listOfRejections,
} from "./block/lists.ts";
export { programOf } from "./block/named-by.ts";
export { LedgerStateError, type LedgerStateErrorCode } from "./ledger-error.ts";
export { appHash } from "./state/app-hash.ts";
export type { LedgerReader } from "./state/ledger-reader.ts";
export { LedgerState, mapDepthFirst, spreadBuckets, type NextState } from "./state/ledger-state.ts";
export { auditLedger, type AuditedLedger, eachLeaf } from "./audit/audit-ledger.ts";
export { soundLeaves } from "./audit/sound-leaves.ts";
export type { Finding, FindingPart, FindingSink } from "./audit/finding.ts";
export type { AuditProgress, LedgerAudit, LedgerCopy } from "./audit/ledger-copy.ts";
export { knownLeaf, type KnownLeaf } from "./audit/known-leaf.ts";
export { cutBlock, type BlockParts, CutError } from "./follower/cut-block.ts";
export {
  type CosignedBlock,
  type FollowedBlock,
  Follower,
  type FollowerOptions,
  type FollowerStorage,
} from "./follower/follower.ts";
export { FollowerError, type FollowerErrorCode } from "./follower/follower-error.ts";
