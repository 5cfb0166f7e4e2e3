import type { Fetch, HttpAnswer } from "./fetch.ts";
import { attemptsMax, requestTimeoutMs, retryFirstMs, retryMaxMs } from "./limits.ts";
import { ProblemError, UnreachableError, isReplayed, problemOf } from "./problems.ts";

export interface ConnectionOptions {
  /** Where the services listen, `http://127.0.0.1:8080` for example. */
  readonly baseUrl: string;
  /** Left out: only what is public is answered. */
  readonly apiKey?: string | undefined;
  readonly fetch?: Fetch;
  readonly attemptsMax?: number;
  /** Waits between attempts; tests pass one that does not. */
  readonly pause?: (ms: number) => Promise<void>;
}

export interface Asked {
  readonly method: "GET" | "POST" | "DELETE";
  /** From the root, parts already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** Required for whatever moves value. With it the request may be sent again: the effect takes place once. */
  readonly key?: string;
}

/** A good answer. */
export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
  /** The first answer under this key, given again: nothing happened this time. */
  readonly replayed: boolean;
}

/** Sends requests to one place with one API key, and sends them again where that is safe. */
export class Connection {
  readonly #options: ConnectionOptions;

  constructor(options: ConnectionOptions) {
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, "") };
  }

  get options(): ConnectionOptions {
    return this.#options;
  }

  /** @throws ProblemError when the server says no; UnreachableError when there is no answer. */
  async json<Body>(asked: Asked): Promise<Answered<Body>> {
    return await this.#again(asked, async () => {
      const answer = await this.#send(asked);
      const body = JSON.parse(await answer.text()) as Body;
      return { status: answer.status, body, replayed: isReplayed(answer) };
    });
  }

  /** An answer that is text. @throws ProblemError, UnreachableError */
  async text(asked: Asked): Promise<string> {
    return await this.#again(asked, async () => await (await this.#send(asked)).text());
  }

  /** An answer to be read piece by piece; only its beginning is asked for again. @throws ProblemError, UnreachableError */
  async stream(asked: Asked): Promise<HttpAnswer> {
    return await this.#again(asked, () => this.#send(asked, { timed: false }));
  }

  /** Attempts until there is an answer that will not change, at most `attemptsMax` times. */
  async #again<Result>(asked: Asked, attempt: () => Promise<Result>): Promise<Result> {
    const { pause = wait, attemptsMax: attempts = attemptsMax } = this.#options;
    for (let made = 1; ; made++) {
      try {
        return await attempt();
      } catch (error) {
        const refused = error instanceof ProblemError ? error : undefined;
        if (made >= attempts || !mayRepeat(asked, refused)) {
          throw refused ?? new UnreachableError(this.#options.baseUrl, made, { cause: error });
        }
        await pause(pauseMs(made, refused?.retryAfterMs));
      }
    }
  }

  async #send(asked: Asked, { timed } = { timed: true }): Promise<HttpAnswer> {
    const { baseUrl, fetch: send = fetch } = this.#options;
    const answer = await send(`${baseUrl}${asked.path}${queryOf(asked)}`, {
      method: asked.method,
      headers: this.#headers(asked),
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      ...(timed ? { signal: AbortSignal.timeout(requestTimeoutMs) } : {}),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  #headers({ body, key }: Asked): Record<string, string> {
    const { apiKey } = this.#options;
    return {
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
  }
}

/** Without a key, a POST whose effect is unknown is not ours to repeat. */
function mayRepeat({ method, key }: Asked, refused: ProblemError | undefined): boolean {
  if (refused?.retryable === false) return false;
  return method !== "POST" || key !== undefined || refused?.outcomeKnown === true;
}

/** Twice as long each time; never shorter than the server asks, and never longer than `retryMaxMs`. */
function pauseMs(made: number, askedMs = 0): number {
  return Math.min(retryMaxMs, Math.max(askedMs, retryFirstMs * 2 ** (made - 1)));
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function queryOf({ query = {} }: Asked): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
