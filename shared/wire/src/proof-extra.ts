import { CborError } from "./cbor/cbor-error.ts";
import type { CborMap, CborValue } from "./cbor/value.ts";
import { decodeCbor, encodeCbor } from "./cbor/value.ts";

/*
 * What the `extra` line of a proof file carries. The format of the file does not authenticate it, so every part is
 * checked against a hash: the entry and the seal against the leaf hash that is proven, the map proof against the map
 * root in the seal, the state against the map proof.
 */

/** Extra of an event's proof, for callers with the right to see it. */
export interface EventExtra {
  readonly kind: "event";
  readonly entry: Uint8Array;
}

/** A state as it is shown: its private half in full, or only the hash that stands for it. */
export type ShownState =
  | { readonly publicBytes: Uint8Array; readonly hidden: Uint8Array }
  | { readonly publicBytes: Uint8Array; readonly privateBytes: Uint8Array };

/** Extra of a card's proof: the seal is the entry that the file proves, and the head of its checkpoint's log. */
export interface CardExtra {
  readonly kind: "card";
  readonly seal: Uint8Array;
  /** As the state map encodes it. */
  readonly mapProof: Uint8Array;
  readonly state: ShownState;
}

export type ProofExtra = EventExtra | CardExtra;

const eventKeys = { entry: 1 } as const;
const cardKeys = { seal: 1, mapProof: 2, state: 3 } as const;
const stateKeys = { publicBytes: 1, hidden: 2, privateBytes: 3 } as const;
const hashBytes = 32;

/** Canonical CBOR of an extra: a map with integer keys. */
export function encodeProofExtra(extra: ProofExtra): Uint8Array {
  if (extra.kind === "event") return encodeCbor(new Map([[eventKeys.entry, extra.entry]]));
  const { seal, mapProof, state } = extra;
  return encodeCbor(
    new Map<number, CborValue>([
      [cardKeys.seal, seal],
      [cardKeys.mapProof, mapProof],
      [cardKeys.state, stateMap(state)],
    ]),
  );
}

const stateMap = (state: ShownState): CborMap =>
  new Map([
    [stateKeys.publicBytes, state.publicBytes],
    "hidden" in state
      ? [stateKeys.hidden, state.hidden]
      : [stateKeys.privateBytes, state.privateBytes],
  ]);

/** The one extra that these bytes are the canonical form of. @throws CborError */
export function decodeProofExtra(bytes: Uint8Array): ProofExtra {
  const map = mapOf(decodeCbor(bytes), "extra");
  if (map.size === 1) return { kind: "event", entry: bytesOf(map, eventKeys.entry, "entry") };
  if (map.size !== 3) refuse("an event's extra or a card's");
  return {
    kind: "card",
    seal: bytesOf(map, cardKeys.seal, "seal"),
    mapProof: bytesOf(map, cardKeys.mapProof, "mapProof"),
    state: shownState(mapOf(map.get(cardKeys.state), "state")),
  };
}

function shownState(map: CborMap): ShownState {
  const publicBytes = bytesOf(map, stateKeys.publicBytes, "state.public");
  if (map.size !== 2) refuse("a state of two halves");
  if (!map.has(stateKeys.hidden)) {
    return { publicBytes, privateBytes: bytesOf(map, stateKeys.privateBytes, "state.private") };
  }
  const hidden = bytesOf(map, stateKeys.hidden, "state.hidden");
  if (hidden.length !== hashBytes) refuse("state.hidden of 32 bytes");
  return { publicBytes, hidden };
}

function mapOf(value: CborValue | undefined, name: string): CborMap {
  return value instanceof Map ? (value as CborMap) : refuse(`${name} as a map`);
}

function bytesOf(map: CborMap, key: number, name: string): Uint8Array {
  const value = map.get(key);
  return value instanceof Uint8Array ? value : refuse(`${name} as bytes`);
}

function refuse(expected: string): never {
  throw new CborError("CBOR_UNEXPECTED", 0, { detail: `proof extra: not ${expected}` });
}
