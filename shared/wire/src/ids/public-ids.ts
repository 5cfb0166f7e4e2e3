import type { BatchId, CardId, OpId } from "@scrip/domain";

/*
 * Ids as callers see them: a readable prefix and lower-case hex. They are opaque to callers and carry what is needed
 * to find what they name: a card its shard, an operation the shard it was decided in.
 */

/**
 * What a public operation id names: write-off, refund, points grant; binding, unbinding, transfer; load, adjustment;
 * suspension, resumption, cancellation, replacement.
 */
const operationKinds = [
  "wo",
  "rf",
  "pg",
  "bd",
  "ub",
  "tf",
  "ld",
  "aj",
  "su",
  "rs",
  "cn",
  "rp",
] as const;
export type OperationKind = (typeof operationKinds)[number];

export interface OperationRef {
  readonly kind: OperationKind;
  /** Where its outcome stands. */
  readonly decisionShard: number;
  readonly opId: OpId;
}

/** Patterns for schemas; the parsers use the same. */
export const cardIdPattern = "^card_[0-9a-f]{40}$";
export const batchIdPattern = "^batch_[0-9a-f]{32}$";
export const eventIdPattern = "^evt_[0-9a-f]{64}$";
export const keyIdPattern = "^key_[0-9a-f]{32}$";
export const operationIdPattern = (...kinds: readonly OperationKind[]): string =>
  `^(?:${kinds.join("|")})_[0-9a-f]{66}$`;

/** Decision shards that two hex digits can name. */
export const decisionShardsMax = 256;

export const formatCardId = (cardId: CardId): string => `card_${cardId}`;
export const formatBatchId = (batchId: BatchId): string => `batch_${batchId}`;
export const formatKeyId = (keyId: string): string => `key_${keyId}`;
/** An event id is its leaf hash, 32 bytes hex. */
export const formatEventId = (leafHash: string): string => `evt_${leafHash}`;

/** @throws RangeError when the shard does not fit two hex digits. */
export function formatOperationId({ kind, decisionShard, opId }: OperationRef): string {
  if (!Number.isInteger(decisionShard) || decisionShard < 0 || decisionShard >= decisionShardsMax) {
    throw new RangeError(`decision shard ${decisionShard}`);
  }
  return `${kind}_${decisionShard.toString(16).padStart(2, "0")}${opId}`;
}

const parser = <T extends string>(pattern: string, prefix: string) => {
  const form = new RegExp(pattern);
  return (text: string): T | null => (form.test(text) ? (text.slice(prefix.length) as T) : null);
};

/** Parsers answer `null` for a text of another form. */
export const parseCardId = parser<CardId>(cardIdPattern, "card_");
export const parseBatchId = parser<BatchId>(batchIdPattern, "batch_");
/** The leaf hash, 32 bytes hex. */
export const parseEventId = parser<string>(eventIdPattern, "evt_");

/** 16 bytes, hex. */
export const parseKeyId = parser<string>(keyIdPattern, "key_");

const operationForm = new RegExp(`^(${operationKinds.join("|")})_([0-9a-f]{2})([0-9a-f]{64})$`);

/** @returns null for a text of another form. */
export function parseOperationId(text: string): OperationRef | null {
  const match = operationForm.exec(text);
  if (match === null) return null;
  const [, kind, shard = "", opId] = match;
  return {
    kind: kind as OperationKind,
    decisionShard: Number.parseInt(shard, 16),
    opId: opId as OpId,
  };
}
