import type { FastifyReply } from "fastify";
import { isProblemCode } from "../problem/codes.ts";
import { Problem } from "../problem/problem.ts";

/** What an operation led to, as a route sends it. */
export type Answer =
  | { readonly kind: "DONE"; readonly body: object; readonly replayed: boolean }
  | {
      readonly kind: "NO";
      readonly code: string;
      readonly more: Readonly<Record<string, unknown>>;
      readonly replayed: boolean;
    };

/**
 * Sends the answer of an operation; a replay says so in `Idempotency-Replayed`, declines included.
 * @throws Problem for a coded no.
 */
export function sendAnswer(reply: FastifyReply, answer: Answer, status = 200): FastifyReply {
  const headers = answer.replayed ? { "idempotency-replayed": "true" } : {};
  if (answer.kind === "DONE") return reply.code(status).headers(headers).send(answer.body);
  if (!isProblemCode(answer.code)) throw new Problem("INTERNAL", { cause: answer.code });
  throw new Problem(answer.code, { more: answer.more, headers });
}
