import { defaultLimits } from "@scrip/domain";
import {
  amount,
  unit,
  type BatchId,
  type CardId,
  type ParticipantId,
  type ProgramId,
} from "@scrip/domain";
import type { CardRecord } from "@scrip/ports";
import { sha256Ed25519 } from "@scrip/signing";
import type { LedgerHistory } from "@scrip/testing";
import { cardIdOfCode, codeAt, formatCode } from "@scrip/wire";

const { hash } = sha256Ed25519;
const distributor = "north" as ParticipantId;

/** A card of one's own program, with its code. */
export interface CodedCard {
  readonly cardId: CardId;
  /** As it is shown: groups and check symbol. */
  readonly code: string;
  readonly programId: ProgramId;
  readonly batchId: BatchId;
}

export interface Terms {
  readonly programId?: string;
  readonly showBalance?: boolean;
  readonly expiresAtMs?: number | null;
  readonly faceValue?: number;
}

/** Creates program and batch, and generates one card whose code is known. */
export function generated(history: LedgerHistory, terms: Terms = {}): CodedCard {
  const programId = (terms.programId ?? "coded") as ProgramId;
  history.run(
    {
      type: "CreateProgram",
      programId,
      kind: "GIFT_CARD",
      unit: unit("CNY"),
      issuer: "acme" as ParticipantId,
      refundWindowDays: 30,
      showBalance: terms.showBalance ?? false,
      ...defaultLimits,
    },
    {},
  );
  const batchId = history.fresh("batch").slice(0, 32) as BatchId;
  const faceValue = amount(terms.faceValue ?? 10_000);
  const { expiresAtMs = null } = terms;
  history.run({ type: "CreateBatch", batchId, count: 1, faceValue, expiresAtMs }, { programId });
  const code = codeAt(hash, hash(new TextEncoder().encode(batchId)), 0);
  const cardId = cardIdOfCode(hash, code);
  history.run({ type: "GenerateCards", cardIds: [cardId] }, { programId, batchId, cards: [] });
  return { cardId, code: formatCode(code), programId, batchId };
}

export function distributed(history: LedgerHistory, terms: Terms = {}): CodedCard {
  const card = generated(history, terms);
  const { programId, batchId, cardId } = card;
  history.run({ type: "AcquireCards", distributor }, { programId, batchId, cards: [cardId] });
  history.run({ type: "DistributeCards", distributor }, { programId, batchId, cards: [cardId] });
  return card;
}

/** A sale by the card's code. */
export function spent(
  history: LedgerHistory,
  { cardId, programId }: CodedCard,
  minorUnits: number,
) {
  return history.run(
    {
      type: "WriteOff",
      tender: { kind: "CODE" },
      unit: null,
      amount: amount(minorUnits),
      allowPartial: false,
      minimumAvailable: amount(0),
      acceptor: "store-1" as ParticipantId,
      businessAtMs: history.nowMs,
    },
    { programId, cards: [cardId] },
  );
}

/** The card as the online store has it. */
export function onlineRecord(
  history: LedgerHistory,
  { cardId }: Pick<CodedCard, "cardId">,
): CardRecord {
  const card = history.cards.get(cardId);
  if (card === undefined) throw new Error(`no card ${cardId}`);
  return { card, lastEventId: "00".repeat(32), nonce: "00".repeat(16), walletId: null };
}
