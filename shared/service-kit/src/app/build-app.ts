import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { randomUUID } from "node:crypto";
import type { Registry } from "prom-client";
import { authenticate, type KnownCallers } from "../callers/access.ts";
import { readIdempotencyKey } from "../callers/idempotency-key.ts";
import { parseBody } from "../json/parse-body.ts";
import { bodyMaxBytes, pathParameterMaxChars } from "../limits.ts";
import type { Lifecycle } from "../operating/lifecycle.ts";
import { routeOf, timeRequests } from "../operating/metrics.ts";
import { operatingRoutes, type ReadinessCheck } from "../operating/routes.ts";
import { answerBrokenHttp, answerError, answerErrors } from "./answer-errors.ts";
import { goInStep } from "./in-step.ts";
import { describeApi, type ApiTitle } from "./openapi.ts";
import { answerUnknownRoutes } from "./unknown-route.ts";

export interface AppOptions {
  readonly api: ApiTitle;
  readonly callers: KnownCallers;
  readonly logger: FastifyBaseLogger;
  readonly registry: Registry;
  readonly lifecycle: Lifecycle;
  readonly readiness?: readonly ReadinessCheck[];
  /** Names requests in answers and logs; a random UUID when absent. */
  readonly newRequestId?: () => string;
}

/**
 * An HTTP app that does not listen yet. Register routes on it, then `listen` or `inject`.
 *
 * Every route says in its `config` who may call it (`access`), and whether it moves value (`idempotent`). Bodies are
 * JSON of at most `bodyMaxBytes`, checked to the letter; nothing is coerced, defaulted or dropped; every no is
 * `application/problem+json`.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    // One line per answer is written below; Fastify's own lines hold addresses, and addresses name holders.
    logController: new LogController({
      disableRequestLogging: true,
    }),
    // A logger of its own per request costs more than the lines it would write: they name the request themselves.
    childLoggerFactory: (logger) => logger,
    genReqId: options.newRequestId ?? (() => randomUUID()),
    requestIdHeader: false,
    bodyLimit: bodyMaxBytes,
    routerOptions: { maxParamLength: pathParameterMaxChars },
    // While closing, requests on open connections are still answered: that is the drain.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: answerBrokenHttp,
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        // A fault then comes with its schema, whose title says in words what is expected.
        verbose: true,
        strict: true,
        strictRequired: false,
        allowUnionTypes: true,
        keywords: ["example"],
      },
    },
  });
  goInStep(app);
  answerErrors(app, options.registry);
  answerUnknownRoutes(app);
  timeRequests(app, options.registry);
  logAnswers(app);
  hangUpWhenStopping(app, options.lifecycle);
  takeOnlyJson(app);
  admitCallers(app, options.callers);
  await describeApi(app, options.api);
  operatingRoutes(app, { ...options, readiness: options.readiness ?? [] });
  return app;
}

/** A connection kept open after its answer would hold the process up until it times out. */
function hangUpWhenStopping(app: FastifyInstance, lifecycle: Lifecycle): void {
  app.addHook("onSend", (_request, reply, payload, done) => {
    if (lifecycle.stopping) void reply.header("connection", "close");
    done(null, payload);
  });
}

function takeOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, bytes, done) => {
    try {
      done(null, parseBody(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)));
    } catch (error) {
      done(
        error instanceof Error ? error : new Error("the body could not be read", { cause: error }),
      );
    }
  });
}

function admitCallers(app: FastifyInstance, directory: KnownCallers): void {
  app.decorateRequest("caller", null);
  app.decorateRequest("idempotencyKey", null);
  app.decorateRequest("hidden", false);
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.access === undefined)
      throw new Error(`${String(method)} ${url} does not say who may call it`);
  });
  // Before the body is read: a stranger's bytes are not worth parsing.
  app.addHook("onRequest", async (request) => {
    if (request.is404) return;
    const { access, idempotent } = request.routeOptions.config;
    request.caller = await authenticate(request.headers.authorization, access, directory);
    if (idempotent === true) request.idempotencyKey = readIdempotencyKey(request.raw.rawHeaders);
  });
}

function logAnswers(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { method, caller } = request;
    request.log.info(
      {
        requestId: request.id,
        method,
        route: routeOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        participant: caller?.participantId,
      },
      "answered",
    );
    done();
  });
}
