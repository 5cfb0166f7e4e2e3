import { PortError } from "@scrip/ports";
import { answerMaxBytes, answerMaxMs } from "../limits.ts";
import { type ChannelKey, headersOf, thrownThere } from "./channel.ts";
import { decodeFrame, type Frame } from "./frame.ts";

export interface AskOptions extends ChannelKey {
  /** Where the channel is served, `http://127.0.0.1:PORT`. */
  readonly url: string;
}

/** What may be said of one question. */
interface Asking {
  /** How long it may be held there, beside the time that an answer may take. */
  readonly heldMs?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** The asking end of a channel. Each question stands alone: a server that comes back is asked like before. */
export class AskedChannel {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #closed = new AbortController();

  constructor({ url, ...key }: AskOptions) {
    this.#url = url;
    this.#headers = { ...headersOf(key), "content-type": "application/json" };
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * @throws PortError what was thrown there; UNAVAILABLE when nobody answers in time; CORRUPT for what is no answer
   */
  async ask(name: string, asked: object, { heldMs = 0, signal }: Asking = {}): Promise<Frame> {
    if (this.closed.aborted) throw unavailable(this.#url, "it is closed");
    const tooLate = AbortSignal.timeout(heldMs + answerMaxMs);
    try {
      const response = await fetch(`${this.#url}/${name}`, {
        method: "POST",
        headers: this.#headers,
        body: JSON.stringify(asked),
        signal: AbortSignal.any([tooLate, this.closed, ...(signal === undefined ? [] : [signal])]),
      });
      const bytes = await bytesOf(response);
      if (response.status !== 200) throw thrownThere(Buffer.from(bytes).toString("utf8"));
      return decodeFrame(bytes);
    } catch (error) {
      if (error instanceof PortError) throw error;
      throw unavailable(this.#url, tooLate.aborted ? "no answer in time" : reasonOf(error), error);
    }
  }

  close(): void {
    this.#closed.abort();
  }
}

async function bytesOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > answerMaxBytes) {
      throw new PortError("CORRUPT", `an answer of more than ${answerMaxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  const all = Buffer.concat(chunks);
  return new Uint8Array(all.buffer, all.byteOffset, all.byteLength);
}

/** What is wrong with the network stands in the cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : message;
}

const unavailable = (url: string, why: string, cause?: unknown): PortError =>
  new PortError("UNAVAILABLE", `${url}: ${why}`, { cause });
