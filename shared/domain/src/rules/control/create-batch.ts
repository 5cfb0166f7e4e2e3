import { zero } from "../../amount.ts";
import type { CreateBatch } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { BatchCreated } from "../../events.ts";
import { batchCardsMax } from "../../limits.ts";
import type { Refusal } from "../../refusals.ts";
import { notBefore } from "../../judging/effects.ts";
import { refuse, submit, untouched } from "../../judging/submit.ts";
import { balanceRefusal } from "../../judging/one-card.ts";
import { expiryRefusal, limitExceeded, termsRefusal } from "../../judging/terms.ts";

/** A batch is announced: how many cards of which value may ever be generated in it. */
export function decideCreateBatch(situation: Situation, command: CreateBatch): Decision {
  const { program } = situation;
  if (program === null) return refuse({ code: "PROGRAM_NOT_FOUND" });
  const { actor, opId, batchId, count, faceValue, expiresAtMs } = command;
  const { programId, version: programVersion, issuer } = program;
  const atMs = notBefore(command.nowMs, [], program.effectiveFromMs);
  const batch = { batchId, programId, programVersion, issuer, count, faceValue, expiresAtMs };
  const event: BatchCreated = {
    type: "BatchCreated",
    atMs,
    actor,
    opId,
    programId,
    programVersion,
    batch: { ...batch, createdAtMs: atMs, generated: 0 },
  };
  return submit(event, admitCreateBatch(situation, event));
}

/** Batches are for programs with codes; a batch id exists once; nothing of it is generated yet. */
export function admitCreateBatch(situation: Situation, event: BatchCreated): Refusal | null {
  const { program } = situation;
  const { batch } = event;
  const refusal = termsRefusal(program, event);
  if (refusal !== null) return refusal;
  if (program?.kind !== "GIFT_CARD") return { code: "PROGRAM_KIND_MISMATCH" };
  if (situation.batch !== null) return { code: "BATCH_ALREADY_EXISTS" };
  const ofProgram =
    batch.programId === event.programId &&
    batch.programVersion === event.programVersion &&
    batch.issuer === program.issuer;
  const fresh = batch.createdAtMs === event.atMs && batch.generated === 0;
  if (!ofProgram || !fresh) return { code: "BATCH_MISMATCH" };
  if (batch.faceValue === zero) return { code: "AMOUNT_INVALID" };
  const countable = Number.isSafeInteger(batch.count) && batch.count > 0;
  if (!countable || batch.count > batchCardsMax) return limitExceeded("batchCardsMax");
  return balanceRefusal(batch.faceValue, program) ?? expiryRefusal(batch.expiresAtMs, event.atMs);
}

/** Leaves the batch behind. */
export function evolveCreateBatch(_: Situation, event: BatchCreated): Consequence {
  return { ...untouched, batch: event.batch };
}
