import {
  type CommittedFeed,
  type CommittedNews,
  type FinalityState,
  newsHoldMs,
  type NewsPlace,
} from "@scrip/ports";
import { AskedChannel, type AskOptions } from "../channel/ask-channel.ts";
import { finalityOf, newsOf } from "./answers.ts";

/** What a verified copy in another process says, as it serves it with `serveCommitted`. */
export const remoteCommitted = (options: AskOptions): CommittedFeed => new RemoteCommitted(options);

class RemoteCommitted implements CommittedFeed {
  readonly #channel: AskedChannel;

  constructor(options: AskOptions) {
    this.#channel = new AskedChannel(options);
  }

  async news({ control, size }: NewsPlace, signal: AbortSignal): Promise<CommittedNews> {
    return newsOf(
      await this.#channel.ask("news", { control, size }, { heldMs: newsHoldMs, signal }),
    );
  }

  async finality(eventIds: readonly string[]): Promise<FinalityState[]> {
    return finalityOf(await this.#channel.ask("finality", { events: eventIds }));
  }

  async close(): Promise<void> {
    this.#channel.close();
  }
}
