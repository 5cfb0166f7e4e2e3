import type { FastifyReply } from "fastify";
import { isProblemCode } from "../problem/codes.ts";
import { limitWords } from "../problem/limit-words.ts";
import { Problem, type FieldError } from "../problem/problem.ts";

/** What an operation led to, as a route sends it. */
export type Answer =
  { readonly kind: "DONE"; readonly body: object; readonly replayed: boolean } | Refused;

/** A coded no. */
export interface Refused {
  readonly kind: "NO";
  readonly code: string;
  readonly more: Readonly<Record<string, unknown>>;
  readonly replayed: boolean;
}

/**
 * Sends the answer of an operation; a replay says so in `Idempotency-Replayed`, declines included.
 * @throws Problem for a coded no.
 */
export function sendAnswer(reply: FastifyReply, answer: Answer, status = 200): FastifyReply {
  const headers = replayHeaders(answer);
  if (answer.kind === "DONE") return reply.code(status).headers(headers).send(answer.body);
  throw refusalProblem(answer);
}

/**
 * The problem that tells a coded no, naming fields whose change would help.
 * @param words for people, where the code's own title would not say what it is about
 */
export function refusalProblem(
  no: Refused,
  errors: readonly FieldError[] = [],
  words?: string,
): Problem {
  const { code, more } = no;
  if (!isProblemCode(code)) return new Problem("INTERNAL", { cause: code });
  const detail = words ?? (errors.length === 0 ? limitWords(more) : undefined);
  const said = detail === undefined ? {} : { detail };
  return new Problem(code, { more, errors, headers: replayHeaders(no), ...said });
}

const replayHeaders = ({ replayed }: Answer): Record<string, string> =>
  replayed ? { "idempotency-replayed": "true" } : {};
