import type { Amount, Unit } from "./amount.ts";
import type { BatchId, CardId, HolderCommitment, OpId, ParticipantId, ProgramId } from "./ids.ts";
import type { ProgramKind } from "./program.ts";

/** Time and identity walk in with every command. */
interface Common {
  /** The clock of the deciding process, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly actor: ParticipantId;
  readonly opId: OpId;
}

export interface CreateProgram extends Common {
  readonly type: "CreateProgram";
  readonly programId: ProgramId;
  readonly kind: ProgramKind;
  readonly unit: Unit;
  readonly issuer: ParticipantId;
  readonly refundWindowDays: number;
  readonly showBalance: boolean;
  readonly spendByCodeWhenBound: boolean;
}
export interface CreateBatch extends Common {
  readonly type: "CreateBatch";
  readonly batchId: BatchId;
  readonly count: number;
  readonly faceValue: Amount;
  readonly expiresAtMs: number | null;
}
export interface RegisterParticipant extends Common {
  readonly type: "RegisterParticipant";
  readonly participantId: ParticipantId;
}
/** Cards of one shard, one chunk of a batch. */
export interface GenerateCards extends Common {
  readonly type: "GenerateCards";
  readonly cardIds: readonly CardId[];
}
export interface AcquireCards extends Common {
  readonly type: "AcquireCards";
  readonly distributor: ParticipantId;
}
export interface DistributeCards extends Common {
  readonly type: "DistributeCards";
  readonly distributor: ParticipantId;
}
export interface BindCard extends Common {
  readonly type: "BindCard";
  readonly holder: HolderCommitment;
}
export interface GrantPoints extends Common {
  readonly type: "GrantPoints";
  readonly lotId: CardId;
  readonly holder: HolderCommitment;
  readonly amount: Amount;
  readonly expiresAtMs: number | null;
  readonly acceptor: ParticipantId | null;
  readonly businessAtMs: number;
}

/** What the caller showed: a code spends an unbound card, a wallet spends what is bound to its holder. */
export type Tender =
  { readonly kind: "CODE" } | { readonly kind: "WALLET"; readonly holder: HolderCommitment };

/** A sale from one card, or from the lots of one wallet (state: the wallet's lots, any order). */
export interface WriteOff extends Common {
  readonly type: "WriteOff";
  readonly tender: Tender;
  readonly unit: Unit | null;
  readonly amount: Amount;
  /** Take what there is when it is less than `amount`. */
  readonly allowPartial: boolean;
  /** Decline when less than this is available; 0: no such wish. */
  readonly minimumAvailable: Amount;
  readonly acceptor: ParticipantId;
  readonly businessAtMs: number;
}
export interface Refund extends Common {
  readonly type: "Refund";
  readonly writeOffId: OpId;
  readonly amount: Amount;
  readonly acceptor: ParticipantId;
  readonly businessAtMs: number;
}

export type CardCommand =
  GenerateCards | AcquireCards | DistributeCards | BindCard | GrantPoints | WriteOff | Refund;
export type ControlCommand = CreateProgram | CreateBatch | RegisterParticipant;
export type Command = CardCommand | ControlCommand;
