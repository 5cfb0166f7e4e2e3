import type { Hash } from "../bytes.ts";
import { fromHex, hashJoined, hashTagged } from "../bytes.ts";
import type { CardState, Leaves, OperationState } from "../states.ts";
import type { LeafKind } from "../tags.ts";
import { tags } from "../tags.ts";
import type { Halves } from "./state-codec.ts";
import { encodeHalves, encodeLeaf, writtenCard, writtenOperation } from "./state-codec.ts";

/** What hides a private half: nobody without the last event's nonce can try out its contents. */
interface Blinding {
  /** Nonce of the last event, 16 bytes hex. */
  readonly nonce: string;
  /** Card or operation id, hex. */
  readonly id: string;
}

/** H(blind ‖ private) with blind = H(tag ‖ nonce ‖ id): all that a public proof shows of the private half. */
export function hiddenHash(
  hash: Hash,
  privateBytes: Uint8Array,
  { nonce, id }: Blinding,
): Uint8Array {
  const blind = hashTagged(hash, tags.blind, fromHex(nonce), fromHex(id));
  return hashJoined(hash, blind, privateBytes);
}

/** State hash of a card from what a public proof shows: H(tag ‖ H(public) ‖ hidden hash). */
export const stateHashFromPublic = (
  hash: Hash,
  publicBytes: Uint8Array,
  hidden: Uint8Array,
): Uint8Array => hashTagged(hash, tags.cardState, hash(publicBytes), hidden);

/** The same for an operation. */
export const operationHashFromPublic = (
  hash: Hash,
  publicBytes: Uint8Array,
  hidden: Uint8Array,
): Uint8Array => hashTagged(hash, tags.operationState, hash(publicBytes), hidden);

/** State hash of a card: H(tag ‖ H(public) ‖ H(blind ‖ private)). */
export const cardStateHash = (hash: Hash, state: CardState): Uint8Array =>
  hashOfCard(hash, writtenCard(state), state);

/** State hash of an operation, in the same halves. */
export const operationStateHash = (hash: Hash, state: OperationState): Uint8Array =>
  hashOfOperation(hash, writtenOperation(state), state);

const hashOfCard = (hash: Hash, halves: Halves, { nonce, card }: CardState): Uint8Array =>
  stateHashFromPublic(
    hash,
    halves.publicBytes,
    hiddenHash(hash, halves.privateBytes, { nonce, id: card.cardId }),
  );

const hashOfOperation = (
  hash: Hash,
  halves: Halves,
  { nonce, operation }: OperationState,
): Uint8Array =>
  operationHashFromPublic(
    hash,
    halves.publicBytes,
    hiddenHash(hash, halves.privateBytes, { nonce, id: operation.opId }),
  );

/** A leaf as the store keeps it and as the map hashes it. */
export interface HashedLeaf {
  readonly bytes: Uint8Array;
  readonly stateHash: Uint8Array;
}

/** Both forms of a leaf from one encoding. @throws RangeError for a state its decoder would refuse. */
export function hashedLeaf<K extends LeafKind>(hash: Hash, kind: K, leaf: Leaves[K]): HashedLeaf {
  if (kind === "card") {
    const state = leaf as CardState;
    const halves = writtenCard(state);
    return { bytes: encodeHalves(halves), stateHash: hashOfCard(hash, halves, state) };
  }
  if (kind === "operation") {
    const state = leaf as OperationState;
    const halves = writtenOperation(state);
    return { bytes: encodeHalves(halves), stateHash: hashOfOperation(hash, halves, state) };
  }
  const bytes = encodeLeaf(kind, leaf);
  return { bytes, stateHash: hash(bytes) };
}

/** What the map's leaf holds of a state: in halves for cards and operations, H(bytes) for all others. */
export const leafStateHash = <K extends LeafKind>(
  hash: Hash,
  kind: K,
  leaf: Leaves[K],
): Uint8Array => hashedLeaf(hash, kind, leaf).stateHash;
