import type { OpId } from "@scrip/domain";
import { PortError, type SaveResult } from "@scrip/ports";
import { stored } from "../faults.ts";
import { decodeOutcome } from "../records/key-records.ts";
import { bufferOf, listOf, numberOf, type Reply } from "../server/reply.ts";

// First number of an answer of the save.
const saved = 0;
const outcomeExists = 1;
const keyReused = 2;
const claimTaken = 3;
const versionConflict = 4;
const outboxFull = 5;
const decidedElsewhere = 6;

/**
 * What the save's answer means.
 * @throws PortError VERSION_CONFLICT, UNAVAILABLE (no room for events) or CONTRACT_BROKEN: nothing was changed.
 */
export function saveResult(reply: Reply): SaveResult {
  const [code, first, second] = listOf(reply);
  switch (code) {
    case saved:
      return { kind: "SAVED", firstSeq: numberOf(first) };
    case outcomeExists: {
      const opId = bufferOf(first).toString("hex") as OpId;
      const outcome = stored(`outcome ${opId}`, () => decodeOutcome(opId, bufferOf(second)));
      return { kind: "OUTCOME_EXISTS", outcome };
    }
    case keyReused:
      return { kind: "KEY_REUSED" };
    case claimTaken:
      return { kind: "CLAIM_TAKEN", claim: bufferOf(first).toString("utf8") };
    case versionConflict: {
      const [id, version] = [bufferOf(first).toString("hex"), bufferOf(second).toString()];
      throw new PortError("VERSION_CONFLICT", `${id} has version ${version}, not the expected one`);
    }
    case outboxFull:
      throw new PortError(
        "UNAVAILABLE",
        `card store: ${numberOf(first)} events of this shard wait for the ledger, there is no room for more`,
      );
    case decidedElsewhere:
      throw new PortError(
        "CONTRACT_BROKEN",
        `card store: shard ${numberOf(first)} decides this key`,
      );
    default:
      throw new PortError("CORRUPT", "card store: an answer that no save gives");
  }
}
