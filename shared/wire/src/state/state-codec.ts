import { copyOf } from "../bytes.ts";
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
// The halves of a leaf are hashed and wrapped from where they were written: each has a place of its own.
const publicWriter = new CborWriter();
const privateWriter = new CborWriter();

function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  return written(writer, codec, value).finish();
}

function written<T>(into: CborWriter, codec: Codec<T>, value: T): CborWriter {
  into.start();
  codec.write(into, value);
  return into;
}

function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new CborReader(bytes);
  const value = codec.read(reader);
  reader.end();
  return value;
}

/** Both halves of a card's state. @throws RangeError for a state its decoder would refuse. */
export const cardHalves = (state: CardState): Halves => kept(writtenCard(state));

/** Both halves of an operation's state. @throws RangeError for a state its decoder would refuse. */
export const operationHalves = (state: OperationState): Halves => kept(writtenOperation(state));

/** The same, good until the next leaf is written. */
export const writtenCard = (state: CardState): Halves => ({
  publicBytes: written(publicWriter, cardPublicCodec, publicOfCard(state)).written(),
  privateBytes: written(privateWriter, cardPrivateCodec, privateOfCard(state)).written(),
});

/** The same, good until the next leaf is written. */
export const writtenOperation = (state: OperationState): Halves => ({
  publicBytes: written(publicWriter, operationPublicCodec, publicOfOperation(state)).written(),
  privateBytes: written(privateWriter, operationPrivateCodec, privateOfOperation(state)).written(),
});

const kept = ({ publicBytes, privateBytes }: Halves): Halves => ({
  publicBytes: copyOf(publicBytes),
  privateBytes: copyOf(privateBytes),
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
  decoding("STATE_MALFORMED", () => kept(readHalves(bytes)));

/** Views of the input. */
function readHalves(bytes: Uint8Array): Halves {
  const reader = new CborReader(bytes);
  if (reader.array() !== 2) reader.fail("CBOR_UNEXPECTED", "not two halves", 0);
  const publicBytes = reader.bytes();
  const privateBytes = reader.bytes();
  reader.end();
  return { publicBytes, privateBytes };
}

/** Stored bytes of a map leaf. @throws RangeError for a state its decoder would refuse: a broken promise. */
export function encodeLeaf<K extends LeafKind>(kind: K, leaf: Leaves[K]): Uint8Array {
  if (kind === "card") return encodeHalves(writtenCard(leaf as CardState));
  if (kind === "operation") return encodeHalves(writtenOperation(leaf as OperationState));
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
