/** Why a follower does not take a block. Each means that the ledger, or who brought it, is not to be believed. */
export type FollowerErrorCode =
  /** The block does not begin where this copy ends. */
  | "NOT_NEXT"
  /** The checkpoint is malformed, of another log, not signed by the quorum, or of another size. */
  | "CHECKPOINT_REFUSED"
  /** The entries are not batches of events between two seals. */
  | "BLOCK_MALFORMED"
  /** The rules would not have taken a batch of this block. */
  | "BATCH_REFUSED"
  /** The rules lead to another entry than the one in the log. */
  | "ENTRY_DIFFERS"
  /** The entries do not lead to the root that the quorum has signed. */
  | "ROOT_DIFFERS";

/** A block was refused; this copy stays as it was. */
export class FollowerError extends Error {
  override readonly name = "FollowerError";
  readonly code: FollowerErrorCode;
  readonly height: number;
  /** Log index of the first entry found wrong. */
  readonly index: number;

  constructor(
    code: FollowerErrorCode,
    at: { readonly height: number; readonly index: number; readonly cause?: unknown },
    reason: string,
  ) {
    super(`${code} at height ${at.height}, entry ${at.index}: ${reason}`, { cause: at.cause });
    this.code = code;
    this.height = at.height;
    this.index = at.index;
  }
}
