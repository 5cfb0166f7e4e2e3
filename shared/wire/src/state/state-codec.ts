import { CborReader } from "../cbor/reader.ts";
import { CborWriter } from "../cbor/writer.ts";
import type { Codec } from "../codec/codec.ts";
import type { CardState, Leaves, OperationState } from "../states.ts";
import type { LeafKind } from "../tags.ts";
import { decoding } from "../codec/wire-error.ts";
import type { CardPublic } from "./card-codec.ts";
import {
  cardPrivateCodec,
  cardPublicCodec,
  joinCard,
  privateOfCard,
  publicOfCard,
} from "./card-codec.ts";
import type { PlainKind } from "./leaf-codecs.ts";
import { plainCodecs } from "./leaf-codecs.ts";
import type { OperationPublic } from "./operation-codec.ts";
import {
  joinOperation,
  operationPrivateCodec,
  operationPublicCodec,
  privateOfOperation,
  publicOfOperation,
} from "./operation-codec.ts";

/** A leaf of two halves: one that may be shown to anyone, one that is hidden behind a blind. */
export interface Halves {
  readonly publicBytes: Uint8Array;
  readonly privateBytes: Uint8Array;
}

const writer = new CborWriter();

function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  writer.start();
  codec.write(writer, value);
  return writer.finish();
}

function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new CborReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

/** Both halves of a card's state. @throws RangeError for a state its decoder would refuse. */
export const cardHalves = (state: CardState): Halves => ({
  publicBytes: encode(cardPublicCodec, publicOfCard(state)),
  privateBytes: encode(cardPrivateCodec, privateOfCard(state)),
});

/** Both halves of an operation's state. @throws RangeError for a state its decoder would refuse. */
export const operationHalves = (state: OperationState): Halves => ({
  publicBytes: encode(operationPublicCodec, publicOfOperation(state)),
  privateBytes: encode(operationPrivateCodec, privateOfOperation(state)),
});

/** What a public half says of a card. @throws WireError `STATE_MALFORMED` */
export const decodeCardPublic = (publicBytes: Uint8Array): CardPublic =>
  decoding("STATE_MALFORMED", () => decode(cardPublicCodec, publicBytes));

/** What a public half says of an operation. @throws WireError `STATE_MALFORMED` */
export const decodeOperationPublic = (publicBytes: Uint8Array): OperationPublic =>
  decoding("STATE_MALFORMED", () => decode(operationPublicCodec, publicBytes));

/** Stored form of halves: a CBOR array of two byte strings. */
export function encodeHalves({ publicBytes, privateBytes }: Halves): Uint8Array {
  writer.start();
  writer.array(2);
  writer.bytes(publicBytes);
  writer.bytes(privateBytes);
  return writer.finish();
}

/** The halves of a stored card or operation. @throws WireError `STATE_MALFORMED` */
export const decodeHalves = (bytes: Uint8Array): Halves =>
  decoding("STATE_MALFORMED", () => readHalves(bytes));

function readHalves(bytes: Uint8Array): Halves {
  const reader = new CborReader(bytes);
  if (reader.array() !== 2) reader.fail("CBOR_UNEXPECTED", "not two halves", 0);
  const publicBytes = new Uint8Array(reader.bytes());
  const privateBytes = new Uint8Array(reader.bytes());
  reader.end();
  return { publicBytes, privateBytes };
}

/** Stored bytes of a map leaf. @throws RangeError for a state its decoder would refuse: a broken promise. */
export function encodeLeaf<K extends LeafKind>(kind: K, leaf: Leaves[K]): Uint8Array {
  if (kind === "card") return encodeHalves(cardHalves(leaf as CardState));
  if (kind === "operation") return encodeHalves(operationHalves(leaf as OperationState));
  return encode(plainCodecs[kind as PlainKind] as Codec<Leaves[K]>, leaf);
}

/** The leaf of these stored bytes. @throws WireError `STATE_MALFORMED` */
export const decodeLeaf = <K extends LeafKind>(kind: K, bytes: Uint8Array): Leaves[K] =>
  decoding("STATE_MALFORMED", () => {
    if (kind === "card") return decodeCard(bytes) as Leaves[K];
    if (kind === "operation") return decodeOperation(bytes) as Leaves[K];
    return decode(plainCodecs[kind as PlainKind] as Codec<Leaves[K]>, bytes);
  });

function decodeCard(bytes: Uint8Array): CardState {
  const { publicBytes, privateBytes } = readHalves(bytes);
  const state = joinCard(
    decode(cardPublicCodec, publicBytes),
    decode(cardPrivateCodec, privateBytes),
  );
  return (
    state ??
    new CborReader(bytes).fail("CBOR_UNEXPECTED", "a status with a wrong reason or successor")
  );
}

function decodeOperation(bytes: Uint8Array): OperationState {
  const { publicBytes, privateBytes } = readHalves(bytes);
  return joinOperation(
    decode(operationPublicCodec, publicBytes),
    decode(operationPrivateCodec, privateBytes),
  );
}
