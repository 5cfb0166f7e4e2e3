import type { DomainEvent } from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import type { NewEvent, Signer } from "@scrip/ports";
import { encodeEntry, type EventEntry, partySigningBytes, toHex, utf8 } from "@scrip/wire";
import { nonceBytes } from "./new-entry.ts";
import type { OperationPorts } from "./ports.ts";

export interface SigningPorts extends Pick<OperationPorts, "hash" | "identity"> {
  readonly signer: Signer;
  readonly chainId: string;
}

/** Makes the ledger entry of an event that its actor signs as well; the key id is the name of the key, in UTF-8. */
export function signedEntry(
  { identity, hash, signer, chainId }: SigningPorts,
  event: DomainEvent,
): NewEvent {
  const nonce = toHex(identity.randomBytes(nonceBytes));
  const entry: EventEntry = { kind: "event", event, nonce, partySignatures: [] };
  const { algorithm, name } = signer;
  const signature = toHex(signer.sign(partySigningBytes(chainId, entry)));
  const own = { participantId: event.actor, algorithm, keyId: toHex(utf8(name)), signature };
  const bytes = encodeEntry({ ...entry, partySignatures: [own] });
  return { eventId: toHex(leafHash(hash, bytes)), bytes };
}
