import type { DomainEvent, EventType } from "@scrip/domain";
import type { Entry, EventEntry } from "../entries.ts";
import { entryBytesMax, eventBytesMax } from "../entries.ts";
import { CborError } from "../cbor/cbor-error.ts";
import { CborReader } from "../cbor/reader.ts";
import { CborWriter } from "../cbor/writer.ts";
import type { Codec } from "../codec/codec.ts";
import { decoding, wellFormed } from "../codec/wire-error.ts";
import {
  cardAdjusted,
  cardCancelled,
  cardLoaded,
  cardReplaced,
  cardResumed,
  cardSuspended,
  cardTransferred,
  cardUnbound,
} from "./administration-events.ts";
import { cardsAcquired, cardsDistributed, cardsGenerated } from "./bulk-events.ts";
import { cardBound, cardRefunded, cardWrittenOff, pointsGranted } from "./card-events.ts";
import {
  batchCreated,
  cardReconciled,
  epochOpened,
  participantRegistered,
  programChanged,
  programCreated,
} from "./control-events.ts";
import { cardsExpired, operationsClosed } from "./due-events.ts";
import { batchCodec, genesisCodec, rejectionCodec, sealCodec } from "./frame-entries.ts";
import { eventKeys, eventNumbers, kindKey, kindNumbers } from "./numbers.ts";

const eventCodecs: Readonly<Record<EventType, Codec<EventEntry>>> = {
  ProgramCreated: programCreated,
  BatchCreated: batchCreated,
  ParticipantRegistered: participantRegistered,
  CardsGenerated: cardsGenerated,
  CardsAcquired: cardsAcquired,
  CardsDistributed: cardsDistributed,
  CardBound: cardBound,
  PointsGranted: pointsGranted,
  CardWrittenOff: cardWrittenOff,
  CardRefunded: cardRefunded,
  CardLoaded: cardLoaded,
  CardAdjusted: cardAdjusted,
  CardSuspended: cardSuspended,
  CardResumed: cardResumed,
  CardsExpired: cardsExpired,
  CardReplaced: cardReplaced,
  CardCancelled: cardCancelled,
  CardUnbound: cardUnbound,
  CardTransferred: cardTransferred,
  OperationsClosed: operationsClosed,
  ProgramChanged: programChanged,
  CardReconciled: cardReconciled,
  EpochOpened: epochOpened,
};

const codecOfEvent = new Map(
  Object.entries(eventNumbers).map(([type, number]) => [
    number,
    eventCodecs[type as DomainEvent["type"]],
  ]),
);

const kindOfNumber: ReadonlyMap<number, Entry["kind"]> = new Map(
  Object.entries(kindNumbers).map(([kind, number]) => [number, kind as Entry["kind"]]),
);

const writer = new CborWriter();

/**
 * Canonical bytes of an entry.
 * @throws RangeError for an entry that its own decoder would refuse, or one that is too long: a broken promise.
 */
export function encodeEntry(entry: Entry): Uint8Array {
  writer.start();
  write(entry);
  const max = entry.kind === "event" ? eventBytesMax : entryBytesMax;
  if (writer.length > max)
    throw new RangeError(`${entry.kind} of ${writer.length} bytes, at most ${max}`);
  return writer.finish();
}

function write(entry: Entry): void {
  switch (entry.kind) {
    case "genesis":
      return genesisCodec.write(writer, entry);
    case "batch":
      return batchCodec.write(writer, entry);
    case "event":
      return eventCodecs[entry.event.type].write(writer, entry);
    case "rejection":
      return rejectionCodec.write(writer, entry);
    case "seal":
      return sealCodec.write(writer, entry);
  }
}

/** The entry these bytes are the canonical form of. @throws WireError `ENTRY_MALFORMED` */
export const decodeEntry = (bytes: Uint8Array): Entry =>
  decoding("ENTRY_MALFORMED", () => decodeWith(codecFor(bytes), bytes));

/** The same for an entry that must be an event. @throws WireError `ENTRY_MALFORMED` */
export const decodeEvent = (bytes: Uint8Array): EventEntry =>
  decoding("ENTRY_MALFORMED", () => {
    const reader = new CborReader(bytes);
    return decodeWith(
      kindOf(reader) === kindNumbers.event ? eventCodecFor(reader) : notAnEvent(reader),
      bytes,
    );
  });

/** The event that these bytes are; null when they are none. */
export const eventIn = (bytes: Uint8Array): EventEntry | null =>
  wellFormed(() => decodeEvent(bytes));

/** The kind that these bytes begin as, whatever follows; undefined when they begin as no entry. */
export function kindOfEntry(bytes: Uint8Array): Entry["kind"] | undefined {
  try {
    return kindOfNumber.get(kindOf(new CborReader(bytes)));
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}

function decodeWith<T extends Entry>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new CborReader(bytes);
  const entry = codec.read(reader);
  reader.end();
  const max = entry.kind === "event" ? eventBytesMax : entryBytesMax;
  if (bytes.length > max) reader.fail("CBOR_TOO_LONG", `${bytes.length} bytes, at most ${max}`, 0);
  return entry;
}

/** Looks at the first pair, and for events at the second; the codec then reads the whole. */
function codecFor(bytes: Uint8Array): Codec<Entry> | Codec<EventEntry> {
  const reader = new CborReader(bytes);
  const kind = kindOf(reader);
  switch (kind) {
    case kindNumbers.genesis:
      return genesisCodec;
    case kindNumbers.batch:
      return batchCodec;
    case kindNumbers.event:
      return eventCodecFor(reader);
    case kindNumbers.rejection:
      return rejectionCodec;
    case kindNumbers.seal:
      return sealCodec;
    default:
      return reader.fail("CBOR_UNEXPECTED", `no entry is of kind ${kind}`);
  }
}

function kindOf(reader: CborReader): number {
  if (reader.map() === 0 || reader.uint() !== kindKey) reader.fail("CBOR_UNEXPECTED", "no kind");
  return reader.uint();
}

function eventCodecFor(reader: CborReader): Codec<EventEntry> {
  if (reader.uint() !== eventKeys.type) reader.fail("CBOR_UNEXPECTED", "no event type");
  const number = reader.uint();
  return (
    codecOfEvent.get(number) ?? reader.fail("CBOR_UNEXPECTED", `no event is of type ${number}`)
  );
}

const notAnEvent = (reader: CborReader): never => reader.fail("CBOR_UNEXPECTED", "not an event");
