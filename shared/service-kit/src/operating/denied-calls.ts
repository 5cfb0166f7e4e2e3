import type { FastifyRequest } from "fastify";
import { Counter, type Registry } from "prom-client";
import type { ProblemCode } from "../problem/codes.ts";
import { routeOf } from "./metrics.ts";

const name = "scrip_calls_denied_total";
const reasons = ["AUTHENTICATION_REQUIRED", "AUTHENTICATION_FAILED", "PERMISSION_DENIED"] as const;
type Reason = (typeof reasons)[number];

/**
 * Counts the calls that were refused for who made them. Reasons are these three and routes are patterns, so however
 * many addresses a stranger tries there are no more labels.
 */
export function deniedCalls(
  registry: Registry,
): (code: ProblemCode, request: FastifyRequest) => void {
  const known = registry.getSingleMetric(name);
  const denied =
    known instanceof Counter
      ? known
      : new Counter({
          name,
          help: "Calls refused because of their API key: none, an unknown one, or one that does not allow it.",
          labelNames: ["reason", "route"],
          registers: [registry],
        });
  return (code, request) => {
    if (isReason(code)) denied.inc({ reason: code, route: routeOf(request) });
  };
}

const isReason = (code: ProblemCode): code is Reason =>
  (reasons as readonly ProblemCode[]).includes(code);
