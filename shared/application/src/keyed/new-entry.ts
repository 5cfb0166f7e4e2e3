import type { DomainEvent } from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import { toHex, encodeEntry } from "@scrip/wire";
import type { OperationPorts } from "./ports.ts";

/** Bytes of an event's nonce: what keeps an entry's content from being guessed from its hash. */
export const nonceBytes = 16;

export interface NewEntry {
  /** Leaf hash, hex. */
  readonly eventId: string;
  readonly nonce: string;
  readonly bytes: Uint8Array;
}

/** Makes the ledger entry of an event. From here on its id is fixed: anyone with the bytes can recompute it. */
export function newEntry(
  ports: Pick<OperationPorts, "hash" | "identity">,
  event: DomainEvent,
): NewEntry {
  const nonce = toHex(ports.identity.randomBytes(nonceBytes));
  const bytes = encodeEntry({ kind: "event", event, nonce, partySignatures: [] });
  return { eventId: toHex(leafHash(ports.hash, bytes)), nonce, bytes };
}
