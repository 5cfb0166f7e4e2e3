import type { Caller, CallerDirectory } from "@scrip/ports";
import type { FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import {
  apiKeyHash,
  buildApp,
  createLogger,
  Lifecycle,
  type ReadinessCheck,
} from "../src/index.ts";

export const acceptor: Caller = {
  participantId: "store-1",
  role: "ACCEPTOR",
  scope: { programs: ["gold"], participants: ["store-1"], holdersAct: false },
};

/** Keeps callers in memory; counts how often it was asked. */
export class MemoryCallers implements Pick<CallerDirectory, "find"> {
  readonly #callers = new Map<string, Caller>();
  asked = 0;
  find(keyHash: string): Promise<Caller | undefined> {
    this.asked += 1;
    return Promise.resolve(this.#callers.get(keyHash));
  }
  add(keyHash: string, caller: Caller): Promise<void> {
    if (!this.#callers.has(keyHash)) this.#callers.set(keyHash, caller);
    return Promise.resolve();
  }
}

export interface UnderTest {
  readonly app: FastifyInstance;
  readonly lines: string[];
  readonly lifecycle: Lifecycle;
  readonly callers: MemoryCallers;
  /** Bodies that reached the route. */
  readonly reached: unknown[];
}

export const key = "sk_acceptor";
export const bearer = { authorization: `Bearer ${key}` };

const payment = {
  type: "object",
  additionalProperties: false,
  required: ["acceptor", "amount"],
  properties: {
    acceptor: { type: "string", minLength: 1, maxLength: 64 },
    amount: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    allowPartial: { type: "boolean" },
    tenders: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        properties: { code: { type: "string" } },
      },
    },
  },
} as const;

/** An app with one route that moves value and one that reads, as services declare them. */
export async function appUnderTest(
  routes: (app: FastifyInstance) => void = () => undefined,
  readiness: readonly ReadinessCheck[] = [],
): Promise<UnderTest> {
  const lines: string[] = [];
  const callers = new MemoryCallers();
  await callers.add(apiKeyHash(key), acceptor);
  await callers.add(apiKeyHash("sk_regulator"), { ...acceptor, role: "REGULATOR" });
  const lifecycle = new Lifecycle();
  const app = await buildApp({
    api: { title: "Payments", version: "1.0.0" },
    callers,
    logger: createLogger({
      service: "test",
      level: "info",
      destination: { write: (line) => void lines.push(line) },
    }),
    registry: new Registry(),
    lifecycle,
    readiness,
  });
  const reached: unknown[] = [];
  app.post(
    "/v1/payments",
    { config: { access: ["ACCEPTOR"], idempotent: true }, schema: { body: payment } },
    (request) => {
      reached.push(request.body);
      return { key: request.idempotencyKey, caller: request.caller?.participantId };
    },
  );
  app.get("/v1/payments/:id", { config: { access: "OPTIONAL" } }, (request) => ({
    caller: request.caller?.participantId ?? null,
  }));
  routes(app);
  return { app, lines, lifecycle, callers, reached };
}
