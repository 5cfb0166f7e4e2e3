/**
 * `STATE_CORRUPT`: what is stored does not fit together. `BLOCK_WRONG`: height or time does not follow the last seal.
 * `CHAIN_UNKNOWN`: a chain of another suite or of rules this code does not have.
 */
export type LedgerStateErrorCode = "STATE_CORRUPT" | "BLOCK_WRONG" | "CHAIN_UNKNOWN";

/** The state machine cannot go on. Nothing was changed. */
export class LedgerStateError extends Error {
  override readonly name = "LedgerStateError";
  readonly code: LedgerStateErrorCode;

  constructor(code: LedgerStateErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, { cause });
    this.code = code;
  }
}
