import type { Command } from "../commands.ts";
import type { Consequence, Decision, Situation } from "../decision.ts";
import type { DomainEvent } from "../events.ts";
import type { Refusal } from "../refusals.ts";
import { admitAcquire, decideAcquire, evolveAcquire } from "./acquire.ts";
import { admitBind, decideBind, evolveBind } from "./bind.ts";
import { admitCreateBatch, decideCreateBatch, evolveCreateBatch } from "./create-batch.ts";
import { admitCreateProgram, decideCreateProgram, evolveCreateProgram } from "./create-program.ts";
import { admitDistribute, decideDistribute, evolveDistribute } from "./distribute.ts";
import { admitGenerate, decideGenerate, evolveGenerate } from "./generate.ts";
import { admitGrantPoints, decideGrantPoints, evolveGrantPoints } from "./grant-points.ts";
import { admitRefund, decideRefund, evolveRefund } from "./refund.ts";
import {
  admitRegisterParticipant,
  decideRegisterParticipant,
  evolveRegisterParticipant,
} from "./register-participant.ts";
import { decideWriteOff, evolveWriteOff } from "./write-off.ts";
import { admitWriteOff } from "./write-off-admission.ts";

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
    case "PointsGranted":
      return evolveGrantPoints(situation, event);
    case "CardWrittenOff":
      return evolveWriteOff(situation, event);
    case "CardRefunded":
      return evolveRefund(situation, event);
  }
}
