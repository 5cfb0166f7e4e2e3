import type { FastifyInstance, FastifyRequest } from "fastify";
import { Histogram, type Registry } from "prom-client";

const name = "http_request_duration_seconds";
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The route a request met, never its address: addresses name holders. */
export const routeOf = (request: FastifyRequest): string =>
  request.is404 ? "(none)" : (request.routeOptions.url ?? "(none)");

/** Times every answer by method, route and status into `registry`. */
export function timeRequests(app: FastifyInstance, registry: Registry): void {
  const known = registry.getSingleMetric(name);
  const durations =
    known instanceof Histogram
      ? known
      : new Histogram({
          name,
          help: "Time from the request's head to the end of its answer.",
          labelNames: ["method", "route", "status"],
          buckets,
          registers: [registry],
        });
  app.addHook("onResponse", (request, reply, done) => {
    const labels = { method: request.method, route: routeOf(request), status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
