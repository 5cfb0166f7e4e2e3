import type { EventMessage } from "@scrip/ports";
import {
  cloudEventHeaders as header,
  decodeEvent,
  entryContentType,
  eventNames,
  formatBatchId,
  formatCardId,
  formatTime,
  WireError,
  type EventEntry,
} from "@scrip/wire";

/** A message as Kafka carries it: CloudEvents 1.0, Kafka protocol binding §3.2 (binary content mode). */
export interface KafkaMessage {
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Size of value and headers. */
  readonly bytes: number;
}

/** Type of an entry whose bytes are no event: the ledger decides what becomes of it, so it is carried all the same. */
const opaqueType = "scrip.entry.v1";
/** W3C Trace Context level 1 §3.2: version, trace, parent, flags. */
const traceparentHeader = "traceparent";
const traceparentPattern =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
/** Key, value and headers are framed by Kafka; per header and message at most this much. */
const framingBytesMax = 12;

export function toKafka(chainId: string, message: EventMessage): KafkaMessage {
  const { shard, epoch, seq, chainBefore, eventId, bytes, traceparent } = message;
  const headers: Record<string, string> = {
    [header.specVersion]: "1.0",
    [header.id]: eventId,
    [header.source]: chainId,
    ...described(bytes),
    [header.sequence]: String(seq),
    [header.epoch]: String(epoch),
    [header.chain]: chainBefore,
    [header.contentType]: entryContentType,
  };
  if (traceparent !== undefined && traceparentPattern.test(traceparent)) {
    headers[traceparentHeader] = traceparent;
  }
  let size = bytes.length + framingBytesMax;
  for (const [name, value] of Object.entries(headers)) {
    size += name.length + value.length + framingBytesMax;
  }
  const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return { partition: shard, key: String(shard), value, headers, bytes: size };
}

/** What the entry says of itself, for whoever reads the topic without knowing its encoding. */
function described(bytes: Uint8Array): Record<string, string> {
  const entry = eventOf(bytes);
  if (entry === null) return { [header.type]: opaqueType };
  const subject = subjectOf(entry);
  return {
    [header.type]: eventNames[entry.event.type],
    [header.time]: formatTime(entry.event.atMs),
    ...(subject === undefined ? {} : { [header.subject]: subject }),
  };
}

function eventOf(bytes: Uint8Array): EventEntry | null {
  try {
    return decodeEvent(bytes);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** First card, or what a control event names. */
function subjectOf({ event }: EventEntry): string | undefined {
  if ("lot" in event) return formatCardId(event.lot.cardId);
  if ("card" in event) return formatCardId(event.card.cardId);
  if ("cards" in event) return event.cards[0] && formatCardId(event.cards[0].cardId);
  if ("program" in event) return event.program.programId;
  if ("batch" in event) return formatBatchId(event.batch.batchId);
  if ("participant" in event) return event.participant.participantId;
  return undefined;
}

/** As kafkajs gives it. */
export interface ReceivedMessage {
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** The message of ours that this is, or why it is none. */
export function fromKafka(
  chainId: string,
  shard: number,
  { value, headers = {} }: ReceivedMessage,
): EventMessage | { readonly foreign: string } {
  const text = (name: string): string => headerText(headers[name]);
  if (text(header.source) !== chainId) return { foreign: `its chain is «${text(header.source)}»` };
  const seq = wholeNumber(text(header.sequence));
  const epoch = wholeNumber(text(header.epoch));
  const [eventId, chainBefore] = [text(header.id), text(header.chain)];
  if (value === null || seq === null || epoch === null) {
    return { foreign: "it has no value, sequence or epoch" };
  }
  if (!hash.test(eventId) || !hash.test(chainBefore)) return { foreign: "it has no id or chain" };
  const traceparent = text(traceparentHeader);
  return {
    shard,
    epoch,
    seq,
    chainBefore,
    eventId,
    // A copy: fetched messages share the memory of their whole batch, which would be kept as long as any of them.
    bytes: Uint8Array.from(value),
    ...(traceparentPattern.test(traceparent) ? { traceparent } : {}),
  };
}

/** Of the same header given twice, none counts. */
export function headerText(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString("utf8");
  return typeof value === "string" ? value : "";
}

const hash = /^[0-9a-f]{64}$/;

function wholeNumber(text: string): number | null {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}
