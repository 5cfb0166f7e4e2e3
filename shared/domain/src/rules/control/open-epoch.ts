import type { OpenEpoch } from "../../commands.ts";
import type { Consequence, Decision, Situation } from "../../decision.ts";
import type { EpochOpened } from "../../events.ts";
import type { Refusal } from "../../refusals.ts";
import { admitted, submit, untouched } from "../../judging/submit.ts";
import { timeRefusal } from "../../judging/terms.ts";

/** Opens a shard's stream for writing after its store was restored. */
export function decideOpenEpoch(situation: Situation, command: OpenEpoch): Decision {
  const { actor, opId, nowMs: atMs, shard, epoch, fromSeq, chain } = command;
  const event: EpochOpened = {
    type: "EpochOpened",
    atMs,
    actor,
    opId,
    shard,
    epoch,
    fromSeq,
    chain,
  };
  return submit(event, admitOpenEpoch(situation, event));
}

/**
 * The next epoch, from exactly where the ledger's stream stands. Not judged here, because it cannot be seen from
 * here: that the operator signed.
 */
export function admitOpenEpoch({ stream }: Situation, event: EpochOpened): Refusal | null {
  const { shard, epoch, fromSeq, chain, atMs } = event;
  const follows =
    stream?.shard === shard &&
    epoch === stream.epoch + 1 &&
    fromSeq === stream.nextSeq &&
    chain === stream.chain;
  return follows ? timeRefusal(atMs) : { code: "EPOCH_WRONG" };
}

/** The same position, in the new epoch. */
export function evolveOpenEpoch({ stream }: Situation, event: EpochOpened): Consequence {
  return { ...untouched, stream: { ...admitted(stream, "stream"), epoch: event.epoch } };
}
