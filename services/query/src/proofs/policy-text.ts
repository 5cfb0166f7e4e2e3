import {
  formatValidatorPolicy,
  signatureType,
  verifierKey,
  type Hash,
  type VerifierKey,
} from "@scrip/merkle-log";
import { PortError, type FollowerStore } from "@scrip/ports";
import { decodeEntry, decodeLeaf, fromHex, leafKey, receiptOrigin } from "@scrip/wire";

export interface PolicySource {
  readonly store: Pick<FollowerStore, "leaf" | "entry">;
  readonly hash: Hash;
  readonly log: VerifierKey;
}

/**
 * The policy that verifiers of this chain need: its log key, its receipt keys and a quorum of its validators, as the
 * verified copy has them. @throws PortError UNAVAILABLE before the first block
 */
export function policyText({ store, hash, log }: PolicySource): string {
  const genesisBytes = store.entry(0);
  const leaf = store.leaf(leafKey(hash, "validators", null));
  if (genesisBytes === undefined || leaf === undefined) {
    throw new PortError("UNAVAILABLE", "nothing of the ledger is verified yet");
  }
  const genesis = decodeEntry(genesisBytes);
  const receipts = genesis.kind === "genesis" ? genesis.receipts : [];
  const receiptKeys = receipts.map(({ publicKey }) =>
    verifierKey(hash, {
      // A receipt's checkpoint has an origin of its own: it is a promise and never a proof of commitment.
      name: receiptOrigin(log.name),
      type: signatureType.ed25519,
      publicKey: fromHex(publicKey),
    }),
  );
  const validators = decodeLeaf("validators", leaf).current.map(({ name, publicKey }) =>
    verifierKey(hash, { name, type: signatureType.cosignatureV1, publicKey: fromHex(publicKey) }),
  );
  return formatValidatorPolicy([log, ...receiptKeys], validators);
}
