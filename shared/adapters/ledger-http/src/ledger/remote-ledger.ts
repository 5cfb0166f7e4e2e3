import type { LedgerBlock, LedgerReads } from "@scrip/ports";
import type { ShardHead } from "@scrip/wire";
import { AskedChannel, type AskOptions } from "../channel/ask-channel.ts";
import { pause } from "../channel/pause.ts";
import { holdMs, progressRetryFirstMs, progressRetryMaxMs } from "../limits.ts";
import { blocksOf, type ProgressAnswer } from "./answers.ts";

/** The ledger of another process, as it serves it with `serveLedgerReads`. Nothing is asked before it is needed. */
export const remoteLedger = (options: AskOptions): LedgerReads => new RemoteLedger(options);

class RemoteLedger implements LedgerReads {
  readonly #channel: AskedChannel;
  readonly #listeners = new Set<() => void>();
  #listening: Promise<void> | null = null;

  constructor(options: AskOptions) {
    this.#channel = new AskedChannel(options);
  }

  async head(shard: number): Promise<ShardHead> {
    return (await this.#channel.ask("head", { shard })).head as ShardHead;
  }

  async blocks(fromIndex: number, limit: number): Promise<LedgerBlock[]> {
    const taken: LedgerBlock[] = [];
    for (let from = fromIndex; ;) {
      const asked = { fromIndex: from, limit: limit - taken.length };
      const { blocks, more } = blocksOf(await this.#channel.ask("blocks", asked));
      taken.push(...blocks);
      const last = taken.at(-1);
      if (!more || last === undefined) return taken;
      from = last.fromIndex + last.entries.length;
    }
  }

  async checkpoint(): Promise<string> {
    return String((await this.#channel.ask("checkpoint", {})).head);
  }

  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#listening ??= this.#listen();
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#channel.close();
    await this.#listening;
  }

  /** Asks where progress stands for as long as anybody listens. */
  async #listen(): Promise<void> {
    let stand = "";
    let failures = 0;
    while (this.#listeners.size > 0 && !this.#channel.closed.aborted) {
      try {
        const { head } = await this.#channel.ask("progress", { stand }, { heldMs: holdMs });
        const now = (head as ProgressAnswer).stand;
        // The first answer tells too: what came between listening and asking would be missed.
        if (now !== stand) for (const listener of this.#listeners) listener();
        stand = now;
        failures = 0;
      } catch {
        // Listeners ask by themselves now and then; here nobody waits for the error.
        const retryMs = Math.min(progressRetryFirstMs * 2 ** failures, progressRetryMaxMs);
        failures += 1;
        await pause(retryMs, this.#channel.closed);
      }
    }
    this.#listening = null;
  }
}
