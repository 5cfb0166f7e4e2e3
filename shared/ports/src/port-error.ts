/** What can go wrong in the world beneath a port. A closed set: adapters translate their driver's errors into it. */
export type PortErrorCode =
  /** Nothing is known to have happened, or everything may have: see `outcomeKnown`. */
  | "UNAVAILABLE"
  /** Someone saved first; nothing was changed. Load, decide and save again. */
  | "VERSION_CONFLICT"
  /** The call breaks the port's contract (records of two shards in one save, say); nothing was changed. */
  | "CONTRACT_BROKEN"
  /** What is stored is not what was written. Never served as if true. */
  | "CORRUPT"
  /** Another process has it, it cannot be written, or it belongs to another chain or format. */
  | "NOT_OURS";

/** A failure of the world, not a refusal of the rules. */
export class PortError extends Error {
  readonly code: PortErrorCode;
  /** Whether doing the same again can succeed. */
  readonly retryable: boolean;
  /** False when the effect may have taken place although the call failed. */
  readonly outcomeKnown: boolean;

  constructor(
    code: PortErrorCode,
    message: string,
    options: { outcomeKnown?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "PortError";
    this.code = code;
    this.retryable = code === "UNAVAILABLE" || code === "VERSION_CONFLICT";
    this.outcomeKnown = options.outcomeKnown ?? true;
  }
}
