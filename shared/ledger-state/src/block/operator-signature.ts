import { type EventEntry, fromHex, partySigningBytes, utf8Text } from "@scrip/wire";
import type { BlockDraft } from "./block-draft.ts";

/**
 * Whether one of the event's signatures is an operator's: its key id is the name, in UTF-8, under which the chain
 * registered the key, and it signs tag ‖ chain id ‖ 0 ‖ the event without signatures.
 */
export function isOperatorSigned(
  { leaves, state, protocol }: BlockDraft,
  entry: EventEntry,
): boolean {
  const { suite } = state;
  return entry.partySignatures.some(({ algorithm, keyId, signature }) => {
    const key = leaves.get("key", { role: "OPERATOR", name: utf8Text(fromHex(keyId)) });
    if (key === undefined || algorithm !== suite.signatureAlgorithm) return false;
    const message = partySigningBytes(protocol.chainId, entry);
    return suite.verify(fromHex(key.publicKey), message, fromHex(signature));
  });
}
