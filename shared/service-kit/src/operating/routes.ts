import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { readinessCheckMaxMs } from "../limits.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** One thing without which no work can be taken. */
export interface ReadinessCheck {
  readonly name: string;
  /** Undefined when ready, else why not. May reject. */
  check(): Promise<string | undefined>;
}

export interface OperatingOptions {
  readonly lifecycle: Lifecycle;
  readonly readiness: readonly ReadinessCheck[];
  readonly registry: Registry;
}

/** `/healthz` (alive), `/readyz` (takes work), `/metrics` and `/openapi.json`: public, and left out of the API document. */
export function operatingRoutes(app: FastifyInstance, options: OperatingOptions): void {
  const { lifecycle, readiness, registry } = options;
  const route = { config: { access: "PUBLIC" }, schema: { hide: true } } as const;

  app.get("/healthz", route, () => ({ status: "ok" }));

  app.get("/readyz", route, async (_request, reply) => {
    const checks = Object.fromEntries(
      await Promise.all(
        readiness.map(async (one) => [one.name, (await outcome(one)) ?? "ok"] as const),
      ),
    );
    if (lifecycle.stopping) checks["process"] = "is stopping";
    const ready = Object.values(checks).every((state) => state === "ok");
    return await reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? "ready" : "not ready", checks });
  });

  app.get("/metrics", route, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  app.get("/openapi.json", route, () => app.swagger());
}

async function outcome(one: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, readinessCheckMaxMs, `no answer in ${readinessCheckMaxMs} ms`);
  });
  try {
    return await Promise.race([one.check(), tooLate]);
  } catch (error) {
    return error instanceof Error ? error.message : "failed";
  } finally {
    clearTimeout(timer);
  }
}
