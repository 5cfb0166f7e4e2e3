import type { OperationRecord } from "@scrip/ports";
import { decodeLeaf, encodeLeaf } from "@scrip/wire";
import { writer } from "./byte-writer.ts";

/** Its version, which functions read, then the operation in the form that the ledger has it in. */
const leafAt = 8;

/** @throws RangeError for a record that would not come back as it is. */
export function encodeOperation({ operation, lastEventId, nonce }: OperationRecord): Buffer {
  const leaf = encodeLeaf("operation", { operation, lastEventId, nonce, diverged: false });
  return writer.start().whole(operation.version).bytes(leaf).finish();
}

/** @throws when the bytes are not an operation record. */
export function decodeOperation(bytes: Buffer): OperationRecord {
  const { operation, lastEventId, nonce } = decodeLeaf("operation", bytes.subarray(leafAt));
  if (bytes.readDoubleBE(0) !== operation.version)
    throw new RangeError("two versions of one operation");
  return { operation, lastEventId, nonce };
}
