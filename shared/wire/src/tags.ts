/**
 * Every domain-separation tag of Scrip, in one place: `scrip/v1/<use>` followed by one zero byte.
 * A hash over tagged input can never be mistaken for a hash of another use.
 */
export const tags = {
  /** Card id: first 20 bytes of H(tag ‖ the 24 symbols of the code as ASCII). */
  cardId: "scrip/v1/card-id",
  /** Operation id: H(tag ‖ caller ‖ 0 ‖ idempotency key). */
  operation: "scrip/v1/operation",
  /** Part of a job: H(tag ‖ opId ‖ shard as uint16 ‖ chunk as uint32). */
  chunk: "scrip/v1/chunk",
  /** Leg of a split: H(tag ‖ opId ‖ leg as uint16). */
  leg: "scrip/v1/leg",
  /** Body hash that a pointer keeps: H(tag ‖ salt of the holder it names, if any ‖ canonical JSON). */
  body: "scrip/v1/body",
  /** Holder on the ledger: H(tag ‖ salt ‖ program id). */
  binding: "scrip/v1/binding",
  /** What a writer signs of a batch: tag ‖ chain id ‖ 0 ‖ CBOR of its header ‖ root of its events. */
  batch: "scrip/v1/batch",
  /** Stream chain before the first event of a shard: H(tag ‖ chain id ‖ 0 ‖ shard as uint16). */
  stream: "scrip/v1/stream",
  /** Program chain before the first entry: H(tag ‖ program id). */
  program: "scrip/v1/program",
  /** Hiding half of a leaf: H(tag ‖ nonce of the last event ‖ id). */
  blind: "scrip/v1/blind",
  /** State hash of a card: H(tag ‖ H(public) ‖ H(blind ‖ private)). */
  cardState: "scrip/v1/card-state",
  /** State hash of an operation, in the same halves. */
  operationState: "scrip/v1/operation-state",
  /** App hash: H(tag ‖ log size as uint64 ‖ log root). */
  appHash: "scrip/v1/app-hash",
  /** Code of card n of a batch: H(tag ‖ seed ‖ n as uint32), its first 120 bits; redrawn: ‖ redraw as uint32. */
  code: "scrip/v1/code",
  /** What a party signs of an event: tag ‖ chain id ‖ 0 ‖ event without signatures. */
  party: "scrip/v1/party",
} as const;

/** Kinds of map leaves. The map key is H("scrip/v1/map/<kind>" ‖ 0 ‖ id). */
export const leafKinds = [
  "card",
  "operation",
  "program",
  "program-version",
  "batch",
  "participant",
  "key",
  "validators",
  "shard-head",
  "totals",
  "protocol",
] as const;
export type LeafKind = (typeof leafKinds)[number];
