import { PortError } from "@scrip/ports";

/** An answer: a head that JSON can carry, and byte strings that it should not. */
export interface Frame<Head = unknown> {
  readonly head: Head;
  readonly parts: readonly Uint8Array[];
}

const lengthBytes = 4;

/** Length of what is written in JSON, then that, then the byte strings one after the other. */
export function encodeFrame({ head, parts }: Frame): Buffer {
  const lengths = parts.map(({ length }) => length);
  const json = Buffer.from(JSON.stringify({ head, lengths }));
  const start = Buffer.alloc(lengthBytes);
  start.writeUInt32BE(json.length);
  return Buffer.concat([start, json, ...parts]);
}

/** The parts are views of the bytes. @throws PortError CORRUPT for what no `encodeFrame` wrote */
export function decodeFrame(bytes: Uint8Array): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const jsonLength = bytes.length < lengthBytes ? 0 : view.getUint32(0);
  let at = lengthBytes + jsonLength;
  const { head, lengths } = described(bytes.subarray(lengthBytes, at));
  const parts = lengths.map((length) => bytes.subarray(at, (at += length)));
  if (at !== bytes.length) throw broken("its length is not what it says");
  return { head, parts };
}

function described(json: Uint8Array): { head: unknown; lengths: number[] } {
  let value: { head?: unknown; lengths?: unknown };
  try {
    value = JSON.parse(Buffer.from(json).toString("utf8")) as typeof value;
  } catch (cause) {
    throw broken("its head cannot be read", cause);
  }
  const { head, lengths } = value;
  const whole = (length: unknown): length is number =>
    typeof length === "number" && Number.isSafeInteger(length) && length >= 0;
  if (Array.isArray(lengths) && lengths.every(whole)) return { head, lengths };
  throw broken("it names no lengths");
}

const broken = (why: string, cause?: unknown): PortError =>
  new PortError("CORRUPT", `an answer that is none: ${why}`, { cause });
