import type { DomainEvent, EventType, OpId, ParticipantId, ProgramId } from "@scrip/domain";
import type { EventEntry } from "../entries.ts";
import type { Codec } from "../codec/codec.ts";
import { arrayOf, tuple } from "../codec/codec.ts";
import type { Fields, Views } from "../codec/record.ts";
import { constant, field, listed, projected } from "../codec/record.ts";
import { hex, labelCodec, nameCodec, programVersionCodec, timeMs } from "../codec/scalars.ts";
import { eventKeys, eventNumbers, kindKey, kindNumbers } from "./numbers.ts";

/** Organisations that may sign one event beside the operator. */
export const partySignaturesMax = 4;
/** Bytes of a party's key id, and of its signature: room for ML-DSA-44 (2,420). */
const keyIdBytesMax = 64;
const signatureBytesMax = 4_096;

/** Pairs that every event has. */
const timed = {
  atMs: field(eventKeys.atMs, timeMs),
  actor: field(eventKeys.actor, nameCodec<ParticipantId>()),
};

/** Pairs of an event that somebody asked for. */
export const common = { ...timed, opId: field(eventKeys.opId, hex<OpId>(32)) };

const terms = {
  programId: field(eventKeys.programId, nameCodec<ProgramId>()),
  programVersion: field(eventKeys.programVersion, programVersionCodec),
};

/** Pairs of an event of one program. */
export const ofProgram = { ...common, ...terms };

/** Pairs of an event that is due by itself: no operation key asked for it. */
export const due = { ...timed, ...terms };

interface DueFlat {
  readonly atMs: number;
  readonly actor: ParticipantId;
  readonly programId: ProgramId;
  readonly programVersion: number;
}
interface ProgramFlat extends DueFlat {
  readonly opId: OpId;
}

/** The pairs of a flat event that is due by itself. */
export const duePart = ({ atMs, actor, programId, programVersion }: DueFlat) => ({
  atMs,
  actor,
  opId: null,
  programId,
  programVersion,
});

/** Those of one that somebody asked for. */
export const programPart = (flat: ProgramFlat) => ({ ...duePart(flat), opId: flat.opId });

const partySignature = tuple<EventEntry["partySignatures"][number]>({
  participantId: nameCodec(),
  algorithm: labelCodec,
  keyId: hex(1, keyIdBytesMax),
  signature: hex(1, signatureBytesMax),
});

/** Pairs that an entry has around its event. */
interface Wrapping {
  readonly kind: typeof kindNumbers.event;
  readonly type: number;
  readonly nonce: string;
  readonly partySignatures: EventEntry["partySignatures"];
}

/**
 * How one type of event is written: its pairs; where those are found that the event does not hold under the same name
 * itself; and the way back. `build` calls `broken` for parts that do not fit together.
 */
export interface EventShape<Event extends DomainEvent, Flat extends object> {
  readonly fields: Fields<Flat>;
  readonly views: { readonly [K in Exclude<keyof Flat, keyof Event>]: (event: Event) => Flat[K] };
  build(flat: NoInfer<Flat>, broken: (what: string) => never): Event;
}

/** The codec of all entries with events of one type. */
export function eventCodec<Type extends EventType, Flat extends object>(
  type: Type,
  shape: EventShape<Extract<DomainEvent, { readonly type: Type }>, Flat>,
): Codec<EventEntry> {
  const wrapping: Fields<Wrapping> = {
    kind: constant(kindKey, kindNumbers.event),
    type: constant(eventKeys.type, eventNumbers[type]),
    nonce: field(eventKeys.nonce, hex(16)),
    partySignatures: listed(
      eventKeys.partySignatures,
      arrayOf(partySignature, { min: 0, max: partySignaturesMax }),
    ),
  };
  const codec = projected<EventEntry, Flat & Wrapping>(
    { ...shape.fields, ...wrapping } as Fields<Flat & Wrapping>,
    viewsOf(shape) as Views<EventEntry, Flat & Wrapping>,
  );
  return {
    write: (writer, entry) => codec.write(writer, entry),
    read(reader) {
      const flat = codec.read(reader);
      const event = shape.build(flat, (what) => reader.fail("CBOR_UNEXPECTED", what));
      return { kind: "event", event, nonce: flat.nonce, partySignatures: flat.partySignatures };
    },
  };
}

/** Finds pairs in an entry without making a flat copy of it first, which would cost more than writing it. */
function viewsOf<Event extends DomainEvent, Flat extends object>(
  shape: EventShape<Event, Flat>,
): object {
  const own = shape.views as Readonly<Record<string, (event: DomainEvent) => unknown>>;
  const views = Object.keys(shape.fields).map((name) => {
    const view = own[name];
    if (view !== undefined) return [name, ({ event }: EventEntry) => view(event)];
    return [name, ({ event }: EventEntry) => (event as unknown as Record<string, unknown>)[name]];
  });
  const wrapping: Views<EventEntry, Wrapping> = {
    kind: () => kindNumbers.event,
    type: ({ event }) => eventNumbers[event.type],
    nonce: ({ nonce }) => nonce,
    partySignatures: ({ partySignatures }) => partySignatures,
  };
  return { ...Object.fromEntries(views), ...wrapping };
}
