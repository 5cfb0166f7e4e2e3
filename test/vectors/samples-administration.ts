import {
  amount,
  type Card,
  type DomainEvent,
  type Effect,
  type HolderCommitment,
  type Operation,
  type OpId,
  type ParticipantId,
  type Program,
  type ProgramId,
} from "@scrip/domain";

interface Common {
  readonly atMs: number;
  readonly actor: ParticipantId;
  readonly opId: OpId;
}

/** What the other samples are made of. */
interface Given {
  readonly common: Common;
  readonly ofGold: Common & { readonly programId: ProgramId; readonly programVersion: number };
  readonly effect: (n: number, moved: number, left: number) => Effect;
  readonly holder: HolderCommitment;
  readonly program: Program;
  readonly usedCard: Card;
  readonly operation: Operation;
}

/** What is done to cards beside selling, what time does, and what the operator orders. */
export function administration(given: Given): readonly DomainEvent[] {
  const { common, ofGold, effect, holder, program, usedCard, operation } = given;
  const { actor: acme } = common;
  const card = effect(6, 500, 7_901);
  const still = effect(6, 0, 7_901);
  const due = { atMs: common.atMs, actor: acme, opId: null, programId: program.programId, programVersion: 1 };
  return [
    { type: "CardLoaded", ...ofGold, card, issuer: acme },
    {
      type: "CardAdjusted",
      ...ofGold,
      card,
      issuer: acme,
      direction: "DEBIT",
      reason: "SUPPORT_ISSUE",
    },
    { type: "CardSuspended", ...ofGold, card: still, reason: "LOST" },
    { type: "CardResumed", ...ofGold, card: still },
    { type: "CardsExpired", ...due, cards: [effect(6, 7_901, 0), effect(7, 3, 0)] },
    {
      type: "CardReplaced",
      ...ofGold,
      card: effect(6, 7_901, 0),
      issuer: acme,
      successor: { ...effect(8, 7_901, 7_901), version: 1 },
      expiresAtMs: 1_830_297_600_000,
    },
    { type: "CardCancelled", ...ofGold, card: effect(6, 7_901, 0), issuer: acme, reason: "STOLEN" },
    { type: "CardUnbound", ...ofGold, card: still },
    { type: "CardTransferred", ...ofGold, card: still, holder },
    { type: "OperationsClosed", ...due, operations: [operation.opId] },
    {
      type: "ProgramChanged",
      ...common,
      program: { ...program, version: 2, spendMax: amount(9_999), acceptors: null },
    },
    {
      type: "CardReconciled",
      ...ofGold,
      card: usedCard,
      operations: [operation],
    },
    {
      type: "EpochOpened",
      ...common,
      shard: 3,
      epoch: 2,
      fromSeq: 41,
      chain: holder,
    },
  ];
}
