import type { Command } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { DomainEvent } from "../events.ts";
import type { Refusal } from "../refusals.ts";
import { admitAcquire, decideAcquire, evolveAcquire } from "./stock/acquire.ts";
import { admitBind, decideBind, evolveBind } from "./binding/bind.ts";
import { admitCreateBatch, decideCreateBatch, evolveCreateBatch } from "./control/create-batch.ts";
import {
  admitCreateProgram,
  decideCreateProgram,
  evolveCreateProgram,
} from "./control/create-program.ts";
import { admitDistribute, decideDistribute, evolveDistribute } from "./stock/distribute.ts";
import { admitGenerate, decideGenerate, evolveGenerate } from "./stock/generate.ts";
import { admitGrantPoints, decideGrantPoints, evolveGrantPoints } from "./value/grant-points.ts";
import { admitRefund, decideRefund, evolveRefund } from "./value/refund.ts";
import {
  admitRegisterParticipant,
  decideRegisterParticipant,
  evolveRegisterParticipant,
} from "./control/register-participant.ts";
import { admitAdjust, decideAdjust, evolveAdjust } from "./value/adjust.ts";
import { admitCancel, decideCancel, evolveCancel } from "./life/cancel.ts";
import {
  admitChangeProgram,
  decideChangeProgram,
  evolveChangeProgram,
} from "./control/change-program.ts";
import { admitCloseOperations, evolveCloseOperations } from "./value/close-operations.ts";
import { admitExpire, evolveExpire } from "./life/expire.ts";
import { admitLoad, decideLoad, evolveLoad } from "./value/load.ts";
import { admitOpenEpoch, decideOpenEpoch, evolveOpenEpoch } from "./control/open-epoch.ts";
import { admitReconcile, decideReconcile, evolveReconcile } from "./control/reconcile.ts";
import { admitReplace, decideReplace, evolveReplace } from "./life/replace.ts";
import { admitResume, decideResume, evolveResume } from "./life/resume.ts";
import { admitSuspend, decideSuspend, evolveSuspend } from "./life/suspend.ts";
import { admitTransfer, decideTransfer, evolveTransfer } from "./binding/transfer.ts";
import { admitUnbind, decideUnbind, evolveUnbind } from "./binding/unbind.ts";
import { decideWriteOff, evolveWriteOff } from "./value/write-off.ts";
import { admitWriteOff } from "./value/write-off-admission.ts";

/**
 * What the rules make of a command: an event that its own admission accepts, or a refusal.
 * Never throws for a well-typed command, whatever the situation.
 */
export function decide(situation: Situation, command: Command): Decision {
  switch (command.type) {
    case "CreateProgram":
      return decideCreateProgram(situation, command);
    case "CreateBatch":
      return decideCreateBatch(situation, command);
    case "RegisterParticipant":
      return decideRegisterParticipant(situation, command);
    case "GenerateCards":
      return decideGenerate(situation, command);
    case "AcquireCards":
      return decideAcquire(situation, command);
    case "DistributeCards":
      return decideDistribute(situation, command);
    case "BindCard":
      return decideBind(situation, command);
    case "ChangeProgram":
      return decideChangeProgram(situation, command);
    case "ReconcileCard":
      return decideReconcile(situation, command);
    case "OpenEpoch":
      return decideOpenEpoch(situation, command);
    case "UnbindCard":
      return decideUnbind(situation, command);
    case "TransferCard":
      return decideTransfer(situation, command);
    case "LoadCard":
      return decideLoad(situation, command);
    case "AdjustCard":
      return decideAdjust(situation, command);
    case "SuspendCard":
      return decideSuspend(situation, command);
    case "ResumeCard":
      return decideResume(situation, command);
    case "ReplaceCard":
      return decideReplace(situation, command);
    case "CancelCard":
      return decideCancel(situation, command);
    case "GrantPoints":
      return decideGrantPoints(situation, command);
    case "WriteOff":
      return decideWriteOff(situation, command);
    case "Refund":
      return decideRefund(situation, command);
  }
}

/**
 * Whether an event follows from the leaves it names (`leavesOf`), judged as if it came from a liar;
 * `null` admits it. The situation's program is the version that the event names. Not judged here,
 * because it cannot be seen from here: that all cards lie in one shard, that no successor of the
 * program version ruled at the event's time, and that its time is not ahead of the judge's own.
 */
export function admit(situation: Situation, event: DomainEvent): Refusal | null {
  switch (event.type) {
    case "ProgramCreated":
      return admitCreateProgram(situation, event);
    case "BatchCreated":
      return admitCreateBatch(situation, event);
    case "ParticipantRegistered":
      return admitRegisterParticipant(situation, event);
    case "CardsGenerated":
      return admitGenerate(situation, event);
    case "CardsAcquired":
      return admitAcquire(situation, event);
    case "CardsDistributed":
      return admitDistribute(situation, event);
    case "CardBound":
      return admitBind(situation, event);
    case "ProgramChanged":
      return admitChangeProgram(situation, event);
    case "CardReconciled":
      return admitReconcile(situation, event);
    case "EpochOpened":
      return admitOpenEpoch(situation, event);
    case "CardUnbound":
      return admitUnbind(situation, event);
    case "CardTransferred":
      return admitTransfer(situation, event);
    case "CardLoaded":
      return admitLoad(situation, event);
    case "CardAdjusted":
      return admitAdjust(situation, event);
    case "CardSuspended":
      return admitSuspend(situation, event);
    case "CardResumed":
      return admitResume(situation, event);
    case "CardsExpired":
      return admitExpire(situation, event);
    case "CardReplaced":
      return admitReplace(situation, event);
    case "CardCancelled":
      return admitCancel(situation, event);
    case "OperationsClosed":
      return admitCloseOperations(situation, event);
    case "PointsGranted":
      return admitGrantPoints(situation, event);
    case "CardWrittenOff":
      return admitWriteOff(situation, event);
    case "CardRefunded":
      return admitRefund(situation, event);
  }
}

/** What an admitted event leaves behind. @throws Error or RangeError for one that was not admitted. */
export function evolve(situation: Situation, event: DomainEvent): Consequence {
  switch (event.type) {
    case "ProgramCreated":
      return evolveCreateProgram(situation, event);
    case "BatchCreated":
      return evolveCreateBatch(situation, event);
    case "ParticipantRegistered":
      return evolveRegisterParticipant(situation, event);
    case "CardsGenerated":
      return evolveGenerate(situation, event);
    case "CardsAcquired":
      return evolveAcquire(situation, event);
    case "CardsDistributed":
      return evolveDistribute(situation, event);
    case "CardBound":
      return evolveBind(situation, event);
    case "ProgramChanged":
      return evolveChangeProgram(situation, event);
    case "CardReconciled":
      return evolveReconcile(situation, event);
    case "EpochOpened":
      return evolveOpenEpoch(situation, event);
    case "CardUnbound":
      return evolveUnbind(situation, event);
    case "CardTransferred":
      return evolveTransfer(situation, event);
    case "CardLoaded":
      return evolveLoad(situation, event);
    case "CardAdjusted":
      return evolveAdjust(situation, event);
    case "CardSuspended":
      return evolveSuspend(situation, event);
    case "CardResumed":
      return evolveResume(situation, event);
    case "CardsExpired":
      return evolveExpire(situation, event);
    case "CardReplaced":
      return evolveReplace(situation, event);
    case "CardCancelled":
      return evolveCancel(situation, event);
    case "OperationsClosed":
      return evolveCloseOperations(situation, event);
    case "PointsGranted":
      return evolveGrantPoints(situation, event);
    case "CardWrittenOff":
      return evolveWriteOff(situation, event);
    case "CardRefunded":
      return evolveRefund(situation, event);
  }
}
