import type { VerifierKey } from "@scrip/merkle-log";
import {
  type LedgerBlock,
  PortError,
  type PortErrorCode,
  type SignedBatch,
  type SubmitResult,
} from "@scrip/ports";
import type { GenesisEntry, ShardHead } from "@scrip/wire";

/** Byte strings on their way to another thread: joined in one buffer, which is given away, and how long each is. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
}

export type PackedBatch = Omit<SignedBatch, "events"> & { readonly events: Packed };
export type PackedBlock = Omit<LedgerBlock, "entries"> & { readonly entries: Packed };

/** What the ledger's thread can be asked, by name: what it is given, and what it answers. */
export interface Calls {
  readonly submit: { readonly given: PackedBatch; readonly answer: SubmitResult };
  readonly head: { readonly given: number; readonly answer: ShardHead };
  readonly blocks: {
    readonly given: { readonly fromIndex: number; readonly limit: number };
    readonly answer: readonly PackedBlock[];
  };
  readonly checkpoint: { readonly given: null; readonly answer: string };
  /** Closes ledger and store; the thread ends after its answer. */
  readonly close: { readonly given: null; readonly answer: null };
}

export type CallName = keyof Calls;

export type Question = {
  readonly [Name in CallName]: {
    readonly id: number;
    readonly name: Name;
    readonly given: Calls[Name]["given"];
  };
}[CallName];

/** What comes back from the ledger's thread. */
export type Report =
  | {
      readonly kind: "OPEN";
      readonly genesis: GenesisEntry;
      readonly validators: readonly VerifierKey[];
    }
  | { readonly kind: "NOT_OPEN"; readonly fault: CarriedError }
  | { readonly kind: "ANSWER"; readonly id: number; readonly answer: Calls[CallName]["answer"] }
  | { readonly kind: "FAULT"; readonly id: number; readonly fault: CarriedError }
  | { readonly kind: "PROGRESS" };

export function pack(list: readonly Uint8Array[]): Packed {
  const lengths = Uint32Array.from(list, ({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const one of list) {
    bytes.set(one, at);
    at += one.length;
  }
  return { bytes, lengths };
}

/** Views of the one buffer. */
export function unpack({ bytes, lengths }: Packed): Uint8Array[] {
  let at = 0;
  return Array.from(lengths, (length) => bytes.subarray(at, (at += length)));
}

/** The buffers of packed byte strings, to be given away and not copied. */
export const buffersOf = (packed: readonly Packed[]): ArrayBuffer[] =>
  packed.flatMap(({ bytes, lengths }) => [bytes.buffer, lengths.buffer]);

/** An error as it goes from thread to thread, where classes get lost. */
export interface CarriedError {
  /** Null for what is no `PortError`: a fault of our own. */
  readonly code: PortErrorCode | null;
  readonly message: string;
  readonly outcomeKnown: boolean;
  readonly stack: string;
}

export function carried(error: unknown): CarriedError {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof PortError)) return { code: null, message, outcomeKnown: false, stack };
  return { code: error.code, message, outcomeKnown: error.outcomeKnown, stack };
}

/** The same error on this side; the stack tells where it was thrown on the other. */
export function thrownThere({ code, message, outcomeKnown, stack }: CarriedError): Error {
  const error = code === null ? new Error(message) : new PortError(code, message, { outcomeKnown });
  error.stack = stack;
  return error;
}
