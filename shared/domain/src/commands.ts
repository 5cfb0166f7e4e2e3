import type { Amount, Unit } from "./amount.ts";
import type { Direction } from "./events.ts";
import type { BatchId, CardId, HolderCommitment, OpId, ParticipantId, ProgramId } from "./ids.ts";
import type { Card, Operation, Reason } from "./card.ts";
import type { ProgramKind, ProgramTerms } from "./program.ts";

/** Time and identity walk in with every command. */
interface Common {
  /** The clock of the deciding process, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly actor: ParticipantId;
  readonly opId: OpId;
}

export interface CreateProgram extends Common, ProgramTerms {
  readonly type: "CreateProgram";
  readonly programId: ProgramId;
  readonly kind: ProgramKind;
  readonly unit: Unit;
  readonly issuer: ParticipantId;
}
/** The next version of a program, with all its terms. */
export interface ChangeProgram extends Common, ProgramTerms {
  readonly type: "ChangeProgram";
  /** From when it rules; `null`: as soon as may be. */
  readonly effectiveFromMs: number | null;
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
export interface UnbindCard extends Common {
  readonly type: "UnbindCard";
  /** Whose wallet it must be in; `null`: whosoever, by order of the issuer. */
  readonly holder: HolderCommitment | null;
}
export interface TransferCard extends Common {
  readonly type: "TransferCard";
  /** Whose wallet it must be in. */
  readonly holder: HolderCommitment;
  readonly to: HolderCommitment;
}
export interface LoadCard extends Common {
  readonly type: "LoadCard";
  readonly amount: Amount;
}
/** A correction of the issuer's. */
export interface AdjustCard extends Common {
  readonly type: "AdjustCard";
  readonly amount: Amount;
  readonly direction: Direction;
  readonly reason: Reason;
}
export interface SuspendCard extends Common {
  readonly type: "SuspendCard";
  readonly reason: Reason;
}
export interface ResumeCard extends Common {
  readonly type: "ResumeCard";
}
export interface ReplaceCard extends Common {
  readonly type: "ReplaceCard";
  /** In the shard of its predecessor. */
  readonly successorId: CardId;
  /** When the successor expires. */
  readonly expiresAtMs: number | null;
}
export interface CancelCard extends Common {
  readonly type: "CancelCard";
  readonly reason: Reason;
}
/** Sets a card that store and ledger see differently, by order of the operator. */
export interface ReconcileCard extends Common {
  readonly type: "ReconcileCard";
  /** All of its new state; its version is above both that the store and that the ledger have. */
  readonly card: Card;
  readonly operations: readonly Operation[];
}
/** Opens a shard's stream for writing again after its store was restored. */
export interface OpenEpoch extends Common {
  readonly type: "OpenEpoch";
  readonly shard: number;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly chain: string;
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
  | GenerateCards
  | AcquireCards
  | DistributeCards
  | BindCard
  | UnbindCard
  | TransferCard
  | LoadCard
  | AdjustCard
  | SuspendCard
  | ResumeCard
  | ReplaceCard
  | CancelCard
  | GrantPoints
  | WriteOff
  | Refund;
export type ControlCommand =
  CreateProgram | ChangeProgram | CreateBatch | RegisterParticipant | ReconcileCard | OpenEpoch;
export type Command = CardCommand | ControlCommand;
