import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus, problemsSeen } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";

const services = join(import.meta.dirname, "..", "..", "..", "services");
const methods = ["get", "put", "post", "delete", "patch"] as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: object;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: object }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Readonly<Record<string, { schema: object }>> }>
  >;
  readonly summary?: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}
interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, object>>;
    readonly schemas?: Readonly<Record<string, object>>;
  };
}

/** Routes as the services' sources register them: `app.post<…>("/v1/batches/:id", …`. */
function registeredRoutes(): string[] {
  const sources = readdirSync(services, { recursive: true, encoding: "utf8" })
    .filter((name) => /\/src\/.*\.route\.ts$/.test(name))
    .map((name) => readFileSync(join(services, name), "utf8"));
  const found = sources.flatMap((text) => [
    ...text.matchAll(/\bapp\.(get|put|post|delete|patch)(?:<[^(]*>)?\(\s*"([^"]+)"/g),
  ]);
  return found.map(([, method, path = ""]) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
}

const gaps = (path: string): number => path.split("{").length;
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path.replaceAll(/\{(?:wildcard|\*)\}|\*/g, ".*").replaceAll(/\{\w+\}/g, "[^/]+")}$`,
  );

/** The document is what the routes are, and is one that tools can read. */
export function openApiCases(served: () => RunningScrip): void {
  let document: OpenApi;
  let operations: { at: string; method: string; path: string; operation: Operation }[];
  beforeAll(async () => {
    document = (await expectStatus(`${served().url}/openapi.json`, {}, 200)).json as OpenApi;
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        at: `${method} ${path}`,
        method,
        path,
        operation,
      })),
    );
  });

  it("names every route that the services register, and no others", () => {
    const registered = registeredRoutes();
    expect(registered.length).toBeGreaterThan(20);
    const described = operations.map(({ at }) => at);
    // A wildcard is written with a name there.
    const plain = (at: string) => at.replace(/\{(wildcard|\*)\}/, "*");
    expect(described.map(plain).sort()).toEqual(registered.sort());
  });

  it("is OpenAPI 3.1 in form", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info.title).not.toBe("");
    expect(document.info.version).not.toBe("");
    for (const { at, method, path, operation } of operations) {
      expect(methods, at).toContain(method);
      expect(path, at).toMatch(/^\//);
      const responses = Object.entries(operation.responses);
      expect(responses.length, at).toBeGreaterThan(0);
      for (const [status, { description }] of responses) {
        expect(status, at).toMatch(/^([1-5]\d\d|default)$/);
        expect(description, at).toBeTypeOf("string");
      }
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ""]) => name);
      const parameters = operation.parameters ?? [];
      const declared = parameters.filter((one) => one.in === "path").map((one) => one.name);
      expect(declared.toSorted(), at).toEqual(inPath.toSorted());
      for (const parameter of parameters) {
        expect(["path", "query", "header", "cookie"], at).toContain(parameter.in);
        if (parameter.in === "path") expect(parameter.required, at).toBe(true);
      }
      for (const need of operation.security ?? []) {
        for (const name of Object.keys(need)) {
          expect(document.components.securitySchemes, at).toHaveProperty(name);
        }
      }
    }
  });

  it("holds schemas that are JSON Schema 2020-12", () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ ...document, $id: "openapi" } as object, "openapi");
    for (const { at, operation } of operations) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)].flatMap((one) =>
        Object.values(one?.content ?? {}),
      );
      const schemas = [...bodies, ...(operation.parameters ?? [])].map(({ schema }) => schema);
      for (const schema of schemas) {
        expect(schema, at).toBeTypeOf("object");
        const whole = JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components');
        expect(() => ajv.compile(JSON.parse(whole) as object), at).not.toThrow();
      }
    }
  });

  it("says in a line what each route does, and names every problem that was answered above", () => {
    for (const { at, operation } of operations) expect(operation.summary, at).toMatch(/^[A-Z]/);
    // The route whose path has the fewest parameters is the one that answers.
    const routes = operations.toSorted((one, other) => gaps(one.path) - gaps(other.path));
    const wanting = new Set<string>();
    const looked = new Set<string>();
    for (const { method, path, status, code } of problemsSeen) {
      const fits = (one: { method: string; path: string }): boolean =>
        one.method === method.toLowerCase() && patternOf(one.path).test(path);
      const route = routes.find(fits);
      if (route === undefined) continue;
      looked.add(code);
      const said = JSON.stringify(route.operation.responses[status]?.content ?? {});
      if (!said.includes(`"${code}"`)) wanting.add(`${route.at}: ${status} ${code}`);
    }
    expect([...wanting]).toEqual([]);
    expect(looked.size).toBeGreaterThan(20);
  });

  it("says of every route that moves value that it needs a key, and which routes need none", async () => {
    const needsKey = operations.filter(({ operation }) =>
      operation.parameters?.some((one) => one.name === "Idempotency-Key" && one.required === true),
    );
    expect(needsKey.map(({ at }) => at).sort()).toEqual([
      "delete /v1/bindings/{cardId}",
      "post /v1/batches",
      "post /v1/batches/{id}/acquire",
      "post /v1/batches/{id}/distribute",
      "post /v1/bindings",
      "post /v1/bindings/{cardId}/transfer",
      "post /v1/cards/{id}/adjust",
      "post /v1/cards/{id}/cancel",
      "post /v1/cards/{id}/load",
      "post /v1/cards/{id}/reconcile",
      "post /v1/cards/{id}/replace",
      "post /v1/cards/{id}/resume",
      "post /v1/cards/{id}/suspend",
      "post /v1/keys",
      "post /v1/keys/{id}/rotate",
      "post /v1/participants",
      "post /v1/points-grants",
      "post /v1/programs",
      "post /v1/programs/{id}/versions",
      "post /v1/write-offs",
      "post /v1/write-offs/{id}/refund",
    ]);
    for (const { method, path, operation } of operations) {
      const open = operation.security?.some((need) => Object.keys(need).length === 0) ?? true;
      const anyone = open || operation.security?.length === 0;
      const asked = path.replaceAll(/\{[^}]+\}|\*/g, "x");
      const { status } = await ask(`${served().url}${asked}`, {
        method: method.toUpperCase(),
        ...(method === "post" ? { body: {} } : {}),
      });
      expect([method, path, status === 401]).toEqual([method, path, !anyone]);
    }
  });
}
