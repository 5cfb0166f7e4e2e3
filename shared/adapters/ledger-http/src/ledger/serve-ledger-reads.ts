import { randomUUID } from "node:crypto";
import type { LedgerReads } from "@scrip/ports";
import { given, wholeGiven } from "../channel/asked-values.ts";
import { pause } from "../channel/pause.ts";
import { serveChannel, type ServedChannel, type ServeOptions } from "../channel/serve-channel.ts";
import { blocksMax, holdMs } from "../limits.ts";
import { blocksFrame, type ProgressAnswer } from "./answers.ts";

/** Serves a ledger's reads to other processes, on loopback. The ledger stays whose it is, and is closed after this. */
export async function serveLedgerReads(
  ledger: LedgerReads,
  options: ServeOptions,
): Promise<ServedChannel> {
  const progress = new Progress(ledger);
  const channel = await serveChannel(
    {
      blocks: async (asked) => {
        const limit = wholeGiven(asked, "limit");
        const few = Math.min(limit, blocksMax);
        return blocksFrame(await ledger.blocks(wholeGiven(asked, "fromIndex"), few), limit);
      },
      head: async (asked) => plain(await ledger.head(wholeGiven(asked, "shard"))),
      checkpoint: async () => plain(await ledger.checkpoint()),
      progress: async (asked, gone) => plain(await progress.behind(given(asked, "stand"), gone)),
    },
    options,
  );
  return {
    port: channel.port,
    close: async () => {
      progress.close();
      await channel.close();
    },
  };
}

const plain = (head: unknown) => ({ head, parts: [] });

/** Counts what a ledger tells of, so that nobody who asks again and again misses anything. */
class Progress {
  /** Another process counts from the start again, and must not seem to stand where this one stood. */
  readonly #run = randomUUID();
  readonly #held = new Set<() => void>();
  readonly #unlisten: () => void;
  #count = 0;

  constructor(ledger: LedgerReads) {
    this.#unlisten = ledger.onProgress(() => {
      this.#count += 1;
      for (const release of this.#held) release();
    });
  }

  /** Where it stands, as soon as that is not what who asks has seen. */
  async behind(seen: unknown, gone: AbortSignal): Promise<ProgressAnswer> {
    if (seen === this.#stand) await this.#next(gone);
    return { stand: this.#stand };
  }

  close(): void {
    this.#unlisten();
  }

  get #stand(): string {
    return `${this.#run} ${this.#count}`;
  }

  async #next(gone: AbortSignal): Promise<void> {
    const moved = new AbortController();
    const release = (): void => moved.abort();
    this.#held.add(release);
    await pause(holdMs, AbortSignal.any([gone, moved.signal]));
    this.#held.delete(release);
  }
}
