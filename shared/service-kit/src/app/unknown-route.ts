import type { FastifyInstance } from "fastify";
import { Problem } from "../problem/problem.ts";

/** Answers 404 where no route is, and 405 with Allow (RFC 9110 §15.5.6) where one is but not for this method. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  app.setNotFoundHandler(({ url }) => {
    const path = url.split("?", 1)[0] ?? "";
    const allowed = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    if (allowed.length === 0) throw new Problem("ROUTE_NOT_FOUND");
    const allow = [...new Set(allowed.flatMap(({ methods }) => [...methods]))]
      .toSorted()
      .join(", ");
    throw new Problem("METHOD_NOT_ALLOWED", {
      detail: `Allowed here: ${allow}.`,
      headers: { allow },
    });
  });
}

/** `/v1/cards/:id` and `/tile/*` as expressions over a path. */
function patternOf(url: string): RegExp {
  const parts = url.split("/").map((part) => {
    if (part === "*") return ".*";
    return part.startsWith(":") ? "[^/]+" : part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("/")}$`);
}
