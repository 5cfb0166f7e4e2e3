import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { idempotencyKeyMaxChars } from "../limits.ts";
import type { Access } from "../callers/access.ts";

export interface ApiTitle {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** Collects an OpenAPI 3.1 document from the schemas of all routes registered after it. */
export async function describeApi(
  app: FastifyInstance,
  { title, version, description }: ApiTitle,
): Promise<void> {
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
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        ...securityOf(route.config?.access),
        ...headersOf(route.config?.idempotent),
      },
    }),
  });
}

function securityOf(access: Access | undefined): object {
  if (access === undefined || access === "PUBLIC") return { security: [] };
  return { security: access === "OPTIONAL" ? [{}, { apiKey: [] }] : [{ apiKey: [] }] };
}

function headersOf(idempotent: boolean | undefined): object {
  if (idempotent !== true) return {};
  const key = { type: "string", minLength: 1, maxLength: idempotencyKeyMaxChars };
  return {
    headers: {
      type: "object",
      required: ["Idempotency-Key"],
      properties: { "Idempotency-Key": key },
    },
  };
}
