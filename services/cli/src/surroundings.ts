import type { Fetch } from "@scrip/client";

/** All that a command sees of the world: the process passes the real thing, tests something smaller. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was asked for, line by line. */
  readonly out: (line: string) => void;
  /** Everything else that a person should read. */
  readonly err: (line: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Where a progress bar may be drawn; undefined where nobody watches. */
  readonly terminal: NodeJS.WriteStream | undefined;
  readonly nowMs: () => number;
  readonly fetch: Fetch;
  /** A signal that is aborted when the user asks to end; from this call on Ctrl-C does no more than that, once. */
  readonly interruption: () => AbortSignal;
}

/** Ends a command with one line and this exit code; 1 unless it says otherwise. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What a shell is told: it went well; it did not; it was called wrongly; the user ended it (128 + SIGINT). */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
