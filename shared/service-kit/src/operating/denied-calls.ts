import type { FastifyRequest } from "fastify";
import { Counter, type Registry } from "prom-client";
import type { Problem } from "../problem/problem.ts";
import { routeOf } from "./metrics.ts";

const name = "scrip_calls_denied_total";
const reasons = ["AUTHENTICATION_REQUIRED", "AUTHENTICATION_FAILED", "PERMISSION_DENIED"] as const;
/** What was answered like what is not there (404), because the key's scope does not hold it. */
const outOfScope = "OUT_OF_SCOPE";

/**
 * Counts the calls that were refused for who made them. Reasons are these four and routes are patterns, so however
 * many addresses a stranger tries there are no more labels.
 */
export function deniedCalls(
  registry: Registry,
): (problem: Problem, request: FastifyRequest) => void {
  const known = registry.getSingleMetric(name);
  const denied =
    known instanceof Counter
      ? known
      : new Counter({
          name,
          help: "Calls refused because of their API key: none, an unknown one, or one that does not allow it or does not hold it in scope.",
          labelNames: ["reason", "route"],
          registers: [registry],
        });
  return (problem, request) => {
    const reason = reasonOf(problem, request);
    if (reason !== undefined) denied.inc({ reason, route: routeOf(request) });
  };
}

const reasonOf = ({ code, status }: Problem, { hidden }: FastifyRequest): string | undefined =>
  hidden && status === 404 ? outOfScope : reasons.find((reason) => reason === code);
