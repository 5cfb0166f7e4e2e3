import type { HttpAnswer } from "./fetch.ts";

/** One fault of a request, naming the field it is in. */
export interface FieldFault {
  readonly in: "body" | "query" | "path" | "header";
  readonly field: string;
  readonly detail: string;
}

/** The server said no: `application/problem+json`, RFC 9457. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** Stable name of the refusal, `BALANCE_INSUFFICIENT` for example. */
  readonly code: string;
  readonly status: number;
  /** Whether the very same request can succeed later. */
  readonly retryable: boolean;
  /** False when the effect may have taken place all the same: ask again with the same key. */
  readonly outcomeKnown: boolean;
  readonly errors: readonly FieldFault[];
  /** The first answer under this key, given again. */
  readonly replayed: boolean;
  /** What the server asks to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Everything else it said, `available` for example. */
  readonly more: Readonly<Record<string, unknown>>;

  constructor(document: ProblemDocument, answer: Pick<HttpAnswer, "status" | "headers">) {
    const { code, detail, title, retryable, outcomeKnown, errors, ...more } = document;
    super(`${code ?? answer.status}: ${detail ?? title ?? "no reason given"}`);
    this.code = code ?? "ANSWER_UNREADABLE";
    this.status = answer.status;
    this.retryable = retryable ?? answer.status === 503;
    this.outcomeKnown = outcomeKnown ?? answer.status < 500;
    this.errors = errors ?? [];
    this.replayed = isReplayed(answer);
    this.retryAfterMs = retryAfterMs(answer.headers);
    this.more = more;
  }
}

/** No answer came: nobody listens, the connection broke, or it took too long. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  readonly url: string;
  readonly attempts: number;

  constructor(url: string, attempts: number, options: ErrorOptions) {
    super(
      `no answer from ${url} in ${attempts} ${attempts === 1 ? "attempt" : "attempts"}`,
      options,
    );
    this.url = url;
    this.attempts = attempts;
  }
}

interface ProblemDocument {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly retryable?: boolean;
  readonly outcomeKnown?: boolean;
  readonly errors?: readonly FieldFault[];
  readonly [more: string]: unknown;
}

/** Whether this is the first answer under its key, given again. */
export const isReplayed = ({ headers }: Pick<HttpAnswer, "headers">): boolean =>
  headers.get("idempotency-replayed") === "true";

/** The refusal that an answer with an error status carries; one of another form than ours is still a refusal. */
export async function problemOf(answer: HttpAnswer): Promise<ProblemError> {
  const text = await answer.text();
  try {
    return new ProblemError(JSON.parse(text) as ProblemDocument, answer);
  } catch {
    return new ProblemError(
      { title: `an answer with status ${answer.status} and no reason` },
      answer,
    );
  }
}

// RFC 9110 §10.2.3; ours are always seconds.
function retryAfterMs(headers: HttpAnswer["headers"]): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^[0-9]{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
}
