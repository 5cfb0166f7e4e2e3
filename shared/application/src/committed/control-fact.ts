import { type ControlEvent, isControl } from "@scrip/domain";
import { type ControlFact, PortError } from "@scrip/ports";
import { decodeEvent, decodeLeaf } from "@scrip/wire";

/**
 * The event of a fact, as the ledger has it: from when a changed program rules is the ledger's to say.
 * @throws PortError CORRUPT when it is no control event
 */
export function controlEventOf({ index, entry, version }: ControlFact): ControlEvent {
  const { event } = decodeEvent(entry);
  if (!isControl(event)) throw new PortError("CORRUPT", `entry ${index} is no control event`);
  if (event.type !== "ProgramChanged") return event;
  if (version !== null) return { ...event, program: decodeLeaf("program-version", version) };
  throw new PortError("CORRUPT", `entry ${index} changes a program of which there is no leaf`);
}
