export { tags, leafKinds, type LeafKind } from "./tags.ts";
export * from "./entries.ts";
export * from "./states.ts";
export {
  bigEndian,
  concat,
  copyOf,
  equalBytes,
  fromHex,
  tagged,
  terminated,
  toHex,
  utf8,
  writeHex,
  utf8Text,
  type Hash,
} from "./bytes.ts";
export { wellFormed, WireError, type WireErrorCode } from "./codec/wire-error.ts";

export { CborError, type CborErrorCode } from "./cbor/cbor-error.ts";
export { cborBytesMax, cborDepthMax } from "./cbor/limits.ts";
export { decodeCbor, encodeCbor, type CborMap, type CborValue } from "./cbor/value.ts";

export {
  decodeEntry,
  decodeEvent,
  encodeEntry,
  eventIn,
  kindOfEntry,
} from "./entry/entry-codec.ts";
export { partySignaturesMax } from "./entry/event-shape.ts";
export { batchEventsMax, keysPerRoleMax, shardsMax } from "./entry/frame-entries.ts";
export { batchSigningBytes, partySigningBytes } from "./entry/signing-bytes.ts";

export { type CardPublic } from "./state/card-codec.ts";
export { type OperationPublic } from "./state/operation-codec.ts";
export {
  cardHalves,
  decodeCardPublic,
  decodeHalves,
  decodeLeaf,
  decodeOperationPublic,
  encodeHalves,
  encodeLeaf,
  operationHalves,
  type Halves,
} from "./state/state-codec.ts";
export {
  cardStateHash,
  hashedLeaf,
  hiddenHash,
  leafStateHash,
  operationHashFromPublic,
  operationStateHash,
  stateHashFromPublic,
  type HashedLeaf,
} from "./state/state-hash.ts";
export { leafIdBytes, leafIdOf, leafKey, type LeafIds } from "./state/leaf-ids.ts";

export { canonicalJson, type Json } from "./ids/canonical-json.ts";
export { nextChain, programStart, streamStart } from "./ids/chains.ts";
export { bindingCommitment, bodyHash, chunkOpId, legOpId, opIdOf } from "./ids/operation-ids.ts";
export {
  cardIdOfCode,
  codeAt,
  codeCharactersMax,
  codeLineBytes,
  codeSymbols,
  formatCode,
  parseCode,
  redrawnCodeAt,
  type CardCode,
} from "./ids/codes.ts";
export * from "./ids/public-ids.ts";
export {
  cloudEventHeaders,
  entryContentType,
  eventNames,
  eventTypeOf,
} from "./entry/event-names.ts";

export {
  decodeProofExtra,
  encodeProofExtra,
  type CardExtra,
  type EventExtra,
  type ProofExtra,
  type ShownState,
} from "./proof-extra.ts";

export { logByLine, logOfReceipts, readLogBy, receiptOrigin } from "./receipt.ts";

export { type FromSchema } from "./http/schema.ts";
export { formatTime, parseTime, parseTimeOrNull, timePattern } from "./http/time.ts";
export * from "./http/queries.ts";
export { balances, eventProofPath, type Balances } from "./http/operations.ts";
export * from "./http/control.ts";
export * from "./http/batches.ts";
export * from "./http/holders.ts";
export * from "./http/write-offs.ts";
export * from "./http/cards/orders.ts";
export * from "./http/cards/reading.ts";
export * from "./http/cards/reconciling.ts";
export {
  eventAnswer,
  eventParams,
  type EventAnswer,
  type EventParams,
  type HistoryEvent,
  type ListedEvent,
  programEventsAnswer,
  type ProgramEventsAnswer,
  programParams,
  type ProgramParams,
  rejectionsAnswer,
  type RejectionsAnswer,
} from "./http/events.ts";
export * from "./http/keys.ts";
export * from "./http/listed.ts";
export {
  ledgerPromisesAnswer,
  ledgerStatusAnswer,
  overdueListedMax,
  type LedgerPromisesAnswer,
  type LedgerStatusAnswer,
} from "./http/ledger.ts";
