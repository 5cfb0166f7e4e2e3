import { kindOf, type ProblemCode } from "./codes.ts";
import { problemErrorsMax } from "../limits.ts";

/** One fault of a request, naming the field it is in. */
export interface FieldError {
  readonly in: "body" | "query" | "path" | "header";
  /** JSON pointer into the body (`/tenders/0/amount`, empty for the whole), or the parameter's name. */
  readonly field: string;
  readonly detail: string;
}

export interface ProblemOptions {
  /** For people: what to do about it; left out, the first of the errors. Never holds a card code or a holder reference. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Seconds; sent as `Retry-After`. */
  readonly retryAfterS?: number;
  /** False when the effect may have taken place although the answer is an error. Default true. */
  readonly outcomeKnown?: boolean;
  /** Further members beside the standard ones, e.g. `available`. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Further headers, e.g. `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Thrown by a route to answer with `application/problem+json`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly outcomeKnown: boolean;
  readonly errors: readonly FieldError[];
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const { status, title, retryable, retryAfterS } = kindOf(code);
    super(options.detail ?? firstFault(options) ?? title, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.retryable = retryable;
    this.outcomeKnown = options.outcomeKnown ?? true;
    this.errors = (options.errors ?? []).slice(0, problemErrorsMax);
    this.more = options.more ?? {};
    const waitS = options.retryAfterS ?? retryAfterS;
    this.headers = {
      ...(waitS === undefined ? {} : { "retry-after": String(waitS) }),
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="scrip"' } : {}), // RFC 9110 §11.6.1
      ...options.headers,
    };
  }
}

function firstFault({ errors: [first] = [] }: ProblemOptions): string | undefined {
  return first && `${`${first.in} ${first.field}`.trimEnd()}: ${first.detail}`;
}

/** The body of an error answer, RFC 9457 §3.1 and our own members. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly retryable: boolean;
  readonly outcomeKnown: boolean;
  readonly errors: readonly FieldError[];
  readonly [more: string]: unknown;
}

/** @param requestId names this occurrence, in the answer and in the log. */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  return {
    ...problem.more,
    type: `urn:scrip:problem:${problem.code}`,
    title: kindOf(problem.code).title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:uuid:${requestId}`,
    code: problem.code,
    retryable: problem.retryable,
    outcomeKnown: problem.outcomeKnown,
    errors: problem.errors,
  };
}

/** JSON schema of {@link ProblemDocument}, for the `response` part of a route's schema. */
export const problemSchema = {
  type: "object",
  required: [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "retryable",
    "outcomeKnown",
    "errors",
  ],
  additionalProperties: true,
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { type: "string" },
    retryable: { type: "boolean" },
    outcomeKnown: { type: "boolean" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["in", "field", "detail"],
        properties: {
          in: { enum: ["body", "query", "path", "header"] },
          field: { type: "string" },
          detail: { type: "string" },
        },
      },
    },
  },
} as const;
