import { fromBase64, toBase64 } from "../base64.ts";
import { parseDecimal, requireWhole } from "../bytes.ts";
import { hashBytes } from "../hash.ts";
import { ProofError } from "../proof-error.ts";
import { hasControl } from "../text.ts";

/** What a checkpoint states: this log had this root at this size. C2SP tlog-checkpoint "Note text". */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Extension lines; none in a checkpoint of the log itself. */
  readonly extensions: readonly string[];
}

/** The note text of a checkpoint. @throws RangeError for what cannot be written in one. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  requireWhole("a tree size", size);
  if (root.length !== hashBytes) throw new RangeError(`a root has ${hashBytes} bytes`);
  if ([origin, ...extensions].some((line) => line === "" || hasControl(line))) {
    throw new RangeError("the origin and each extension is one line, not empty");
  }
  return [origin, String(size), toBase64(root), ...extensions, ""].join("\n");
}

/** Reads a note's text as a checkpoint. @throws ProofError `PROOF_INVALID` naming the line. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  if (lines.pop() !== "") fail("it does not end with a newline");
  const [origin = "", sizeLine = "", rootLine = "", ...extensions] = lines;
  const size = parseDecimal(sizeLine);
  const root = fromBase64(rootLine);
  if (origin === "") fail("the origin line is empty");
  if (size === undefined) fail("the size line is not a decimal number up to 2^53 − 1");
  if (root?.length !== hashBytes) fail(`the root line is not base64 of ${hashBytes} bytes`);
  if (extensions.includes("")) fail("an extension line is empty");
  return { origin, size, root, extensions };
}

function fail(fault: string): never {
  throw new ProofError("PROOF_INVALID", `read the checkpoint: ${fault}`);
}
