import type { Hash, TlogProof } from "@scrip/merkle-log";
import { leafHash, parseCheckpoint, verifyProofInclusion } from "@scrip/merkle-log";
import { decodeMapProof, verifyMapProof } from "@scrip/state-map";
import type { CardExtra, CardState, SealEntry, ShownState } from "@scrip/wire";
import {
  cardStateHash,
  decodeCardPublic,
  decodeEntry,
  decodeLeaf,
  encodeHalves,
  fromHex,
  leafKey,
  stateHashFromPublic,
} from "@scrip/wire";
import type { CardClaim, CardId, CosignedLog } from "./claim.ts";
import { check, invalid, step } from "./steps.ts";

interface CardProof {
  readonly hash: Hash;
  readonly proof: TlogProof;
  /** Each part of it is checked against a hash here. */
  readonly extra: CardExtra;
  readonly log: CosignedLog;
  readonly nowMs: number;
}

/**
 * Proves a card's state at the end of the log: checkpoint → seal → map root → state.
 * @param wanted the card it must be about, hex; may be left out if the proof shows the private half, which names it
 * @throws ProofError `PROOF_INVALID`
 */
export function verifyCard(given: CardProof, wanted: CardId | undefined): CardClaim {
  const { hash, extra, log, nowMs } = given;
  const seal = verifyHead(given);
  const full = step("read the card's state", () => fullState(extra.state));
  const cardId = cardOf(full, wanted);
  const valueHash = full === null ? publicHash(hash, extra.state) : cardStateHash(hash, full);
  step("follow the path through the map", () =>
    verifyMapProof(
      hash,
      { root: fromHex(seal.mapRoot), key: leafKey(hash, "card", cardId), valueHash },
      decodeMapProof(extra.mapProof),
    ),
  );
  const state = step("read the card's state", () => decodeCardPublic(extra.state.publicBytes));
  const expired = state.expiresAtMs !== null && nowMs >= state.expiresAtMs;
  const at = { height: seal.height, blockTimeMs: seal.timeMs };
  return { kind: "card", log, cardId, state, full, ...at, expired };
}

/**
 * The seal that ends the log. It must be the very last entry: an older seal under a new checkpoint would prove an
 * older balance.
 */
function verifyHead({ hash, proof, extra }: CardProof): SealEntry {
  const { size } = parseCheckpoint(proof.note.text);
  check(
    proof.index === size - 1,
    `find the head of the log: the seal is entry ${proof.index}, the last of ${size} is ${size - 1}`,
  );
  verifyProofInclusion(hash, proof, leafHash(hash, extra.seal));
  const entry = step("read the seal", () => decodeEntry(extra.seal));
  return entry.kind === "seal"
    ? entry
    : invalid(`read the seal: the last entry is of kind ${entry.kind} and ends no block`);
}

function cardOf(full: CardState | null, wanted: CardId | undefined): CardId {
  const shown = full?.card.cardId;
  check(
    wanted === undefined || shown === undefined || shown === wanted,
    "compare the card: the proof is about another one",
  );
  return (
    shown ?? wanted ?? invalid("find the card: the proof does not name it; give its id or its code")
  );
}

/** Both halves as one state, if the private half is shown. The state names its own card and nonce. */
function fullState(state: ShownState): CardState | null {
  return "hidden" in state ? null : decodeLeaf("card", encodeHalves(state));
}

function publicHash(hash: Hash, state: ShownState): Uint8Array {
  if (!("hidden" in state)) throw new TypeError("both halves are shown");
  return stateHashFromPublic(hash, state.publicBytes, state.hidden);
}
