import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Socket } from "node:net";
import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import { deniedCalls } from "../operating/denied-calls.ts";
import { problemFromError } from "../problem/from-error.ts";
import { Problem, problemDocument } from "../problem/problem.ts";

const mediaType = "application/problem+json";

/** Answers whatever a route threw as RFC 9457; what is our own fault is logged, with its cause, and not told. */
export function answerErrors(app: FastifyInstance, registry: Registry): void {
  const countDenied = deniedCalls(registry);
  app.setErrorHandler((error, request, reply) => {
    countDenied(problemFromError(error), request);
    return answerError(error, request, reply);
  });
}

/** Also given to Fastify for errors from before any route was found. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemFromError(error);
  if (problem.status >= 500)
    request.log.error({ requestId: request.id, err: error, code: problem.code }, "request failed");
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type(mediaType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemDocument(problem, request.id));
}

/** Bytes that are not HTTP have no request: the answer is written to the socket, then it is closed. */
export function answerBrokenHttp(_error: Error, socket: Socket): void {
  if (!socket.writable) return;
  const problem = new Problem("VALIDATION_FAILED", { detail: "The request is not HTTP/1.1." });
  const body = JSON.stringify(problemDocument(problem, randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} Bad Request`,
    `content-type: ${mediaType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
