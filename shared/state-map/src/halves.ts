import { concat } from "./bytes.ts";
import { require32, type Hash } from "./hashing.ts";

/** A state in two halves: one that everybody may see, and one that only the parties do. */
export interface StateHalves {
  readonly publicBytes: Uint8Array;
  /** 32 bytes that only the parties know, so that the private half cannot be guessed from its hash. */
  readonly blind: Uint8Array;
  readonly privateBytes: Uint8Array;
}

/** What an outsider is given of such a state. */
export interface PublicHalf {
  readonly publicBytes: Uint8Array;
  /** `H(blind ‖ private)`. */
  readonly privateHash: Uint8Array;
}

/** `H(blind ‖ private)`, which stands for the private half. @throws RangeError unless the blind is 32 bytes */
export function privateHalfHash(
  hash: Hash,
  { blind, privateBytes }: Pick<StateHalves, "blind" | "privateBytes">,
): Uint8Array {
  require32(blind, "blind");
  return hash(concat(blind, privateBytes));
}

/**
 * The value hash of a state in two halves, `H(tag ‖ H(public) ‖ H(blind ‖ private))`.
 * @param tag names the kind of state; it ends in a 0 byte like every tag
 */
export function halvesHash(hash: Hash, tag: Uint8Array, halves: StateHalves): Uint8Array {
  const { publicBytes } = halves;
  return publicHalfValueHash(hash, tag, {
    publicBytes,
    privateHash: privateHalfHash(hash, halves),
  });
}

/**
 * The same value hash from the public half alone. Given to `verifyMapProof` it proves the public half: no other public
 * bytes give a hash that the map holds. @throws RangeError unless the private half's hash is 32 bytes
 */
export function publicHalfValueHash(hash: Hash, tag: Uint8Array, half: PublicHalf): Uint8Array {
  require32(half.privateHash, "private half's hash");
  return hash(concat(tag, hash(half.publicBytes), half.privateHash));
}
