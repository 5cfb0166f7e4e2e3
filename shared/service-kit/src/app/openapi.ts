import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { idempotencyKeyMaxChars } from "../limits.ts";
import type { Access } from "../callers/access.ts";
import {
  problemAnswers,
  problemComponents,
  type DescribedRoute,
  type RouteDescription,
} from "./answers-described.ts";

export interface ApiTitle {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Every route's description by method and path, `GET /v1/cards/:id`; left out: schemas alone. */
  readonly routes?: Readonly<Record<string, RouteDescription>>;
}

/** What is taken from a route while it is registered. */
type Seen = Omit<DescribedRoute, "own">;

/** Collects an OpenAPI 3.1 document from the schemas of all routes registered after it. */
export async function describeApi(
  app: FastifyInstance,
  { title, version, description, routes }: ApiTitle,
): Promise<void> {
  const seen = new Map<string, Seen>();
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title, version, ...(description === undefined ? {} : { description }) },
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } } },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) =>
        typeof $id === "string" ? $id : `def-${index}`,
    },
    transform: ({ schema, url, route }) => {
      const { access = "PUBLIC", idempotent = false } = route.config ?? {};
      const described = { access, idempotent, hasBody: schema?.body !== undefined };
      for (const method of [route.method].flat()) seen.set(`${method} ${url}`, described);
      return { url, schema: { ...schema, ...securityOf(access), ...headersOf(idempotent) } };
    },
    transformObject: (document) => {
      if (!("openapiObject" in document)) return document.swaggerObject;
      const { openapiObject } = document;
      if (routes === undefined) return openapiObject;
      describeRoutes(openapiObject.paths ?? {}, seen, routes);
      Object.assign(openapiObject.components ?? {}, { schemas: problemComponents });
      return openapiObject;
    },
  });
}

interface Described {
  summary?: string;
  responses?: object;
}

/** @throws Error for a route that the descriptions leave out, and for one that they name and that is not there */
function describeRoutes(
  paths: Readonly<Record<string, object | undefined>>,
  seen: ReadonlyMap<string, Seen>,
  routes: Readonly<Record<string, RouteDescription>>,
): void {
  const left = new Set(Object.keys(routes));
  for (const [path, item] of Object.entries(paths)) {
    const url = path.replaceAll(/\{(?:wildcard|\*)\}/g, "*").replaceAll(/\{(\w+)\}/g, ":$1");
    for (const [method, operation] of Object.entries(item ?? {}) as [string, Described][]) {
      const name = `${method.toUpperCase()} ${url}`;
      const [route, description] = [seen.get(name), routes[name]];
      if (route === undefined || description === undefined)
        throw new Error(`the API's description says nothing of ${name}`);
      left.delete(name);
      const { summary, codes: own } = description;
      operation.summary = summary;
      operation.responses = { ...operation.responses, ...problemAnswers({ ...route, own }) };
    }
  }
  if (left.size > 0) throw new Error(`described and not there: ${[...left].join(", ")}`);
}

function securityOf(access: Access): object {
  if (access === "PUBLIC") return { security: [] };
  return { security: access === "OPTIONAL" ? [{}, { apiKey: [] }] : [{ apiKey: [] }] };
}

function headersOf(idempotent: boolean): object {
  if (!idempotent) return {};
  const key = { type: "string", minLength: 1, maxLength: idempotencyKeyMaxChars };
  return {
    headers: {
      type: "object",
      required: ["Idempotency-Key"],
      properties: { "Idempotency-Key": key },
    },
  };
}
