import type { FastifyRequest } from "fastify";
import { idempotencyKeyMaxChars } from "../limits.ts";
import { Problem } from "../problem/problem.ts";

const printable = new RegExp(`^[\\x20-\\x7e]{1,${idempotencyKeyMaxChars}}$`);

/**
 * The one Idempotency-Key among raw headers (name, value, name, value …).
 * @throws Problem IDEMPOTENCY_KEY_MISSING; VALIDATION_FAILED when it is sent twice, too long or not printable ASCII.
 */
export function readIdempotencyKey(rawHeaders: readonly string[]): string {
  const sent = rawHeaders.filter(
    (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === "idempotency-key",
  );
  const [key, second] = sent;
  if (key === undefined || key === "") throw new Problem("IDEMPOTENCY_KEY_MISSING");
  if (second !== undefined) throw invalid("is there twice");
  if (!printable.test(key))
    throw invalid(`must be 1 to ${idempotencyKeyMaxChars} printable ASCII characters`);
  return key;
}

/** The key of a request whose route is declared `idempotent`. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  if (request.idempotencyKey === null) throw new Error("this route is not declared idempotent");
  return request.idempotencyKey;
}

function invalid(detail: string): Problem {
  return new Problem("VALIDATION_FAILED", {
    errors: [{ in: "header", field: "Idempotency-Key", detail }],
  });
}
