import type { ApiKey, Caller, CallerDirectory } from "@scrip/ports";
import {
  callerOf,
  idempotencyKeyOf,
  mayGrant,
  mayKnow,
  Problem,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  formatCursor,
  keyAnswer,
  keyBody,
  keyMadeAnswer,
  keyParams,
  keysAnswer,
  limitOf,
  listQuery,
  parseCursor,
  parseKeyId,
  rotateBody,
  type KeyAnswer,
  type KeyBody,
  type KeyParams,
  type KeysAnswer,
  type PageQuery,
} from "@scrip/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { tokens } from "../tokens.ts";
import { unknownTo } from "./unknown-names.ts";
import { callerOfBody, orderOf, requireGrant, requireMade, type Ordering } from "./key-order.ts";
import { keyView } from "./key-view.ts";

const onlyOperators = { access: ["OPERATOR"] } as const;
const ordered = { access: ["OPERATOR"], idempotent: true } as const;

/** `/v1/keys`: operators make, list, rotate and revoke API keys. Each change leaves a line in the log, without the secret. */
export function keyRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const callers = container.resolve(tokens.callers);
  const firstUse = container.resolve(tokens.firstUse);

  const make = async (request: FastifyRequest, reply: FastifyReply, what: Wanted) => {
    const by = callerOf(request);
    const { order, secret } = orderOf(ports, { ...what, by, key: idempotencyKeyOf(request) });
    const { key, before } = requireMade(await callers.make(order));
    // From here the key is active. A crash now loses its secret: the same request then says so.
    if (!before) audit(request, what.follows === null ? "made" : "rotated", key);
    return reply
      .code(201)
      .headers({
        "cache-control": "no-store",
        ...(before ? { "idempotency-replayed": "true" } : {}),
      })
      .send({
        key: keyView(key),
        secret: before ? null : secret,
        secretShown: before ? "EARLIER" : "NOW",
        ...unknownTo(ports.registry, firstUse, key.caller),
      });
  };

  app.post<{ Body: KeyBody }>(
    "/v1/keys",
    { config: ordered, schema: { body: keyBody, response: { 201: keyMadeAnswer } } },
    async (request, reply) => {
      const caller = callerOfBody(request.body);
      requireGrant(callerOf(request), caller);
      return await make(request, reply, { caller, follows: null });
    },
  );

  app.post<{ Params: KeyParams }>(
    "/v1/keys/:id/rotate",
    {
      config: ordered,
      schema: { params: keyParams, body: rotateBody, response: { 201: keyMadeAnswer } },
    },
    async (request, reply) => {
      const { keyId, caller } = await keyOf(callers, request);
      return await make(request, reply, { caller, follows: keyId });
    },
  );

  app.get<{ Querystring: PageQuery }>(
    "/v1/keys",
    { config: onlyOperators, schema: { querystring: listQuery, response: { 200: keysAnswer } } },
    async (request) => await keysPage(callers, callerOf(request), request.query),
  );

  app.delete<{ Params: KeyParams }>(
    "/v1/keys/:id",
    { config: onlyOperators, schema: { params: keyParams, response: { 200: keyAnswer } } },
    async (request): Promise<KeyAnswer> => {
      const before = await keyOf(callers, request);
      const revoked = await callers.revoke(before.keyId, ports.clock.nowMs());
      if (revoked.kind !== "REVOKED") throw new Problem(notRevoked[revoked.kind]);
      // From here nobody is let in with it.
      if (before.revokedAtMs === null) audit(request, "revoked", revoked.key);
      return { key: keyView(revoked.key) };
    },
  );
}

const notRevoked = { UNKNOWN: "KEY_NOT_FOUND", LAST_OPERATOR: "KEY_LAST_OPERATOR" } as const;

type Wanted = Pick<Ordering, "caller" | "follows">;

/** @throws Problem KEY_NOT_FOUND, also for a key that is allowed more than the caller */
async function keyOf(
  callers: CallerDirectory,
  request: FastifyRequest<{ Params: KeyParams }>,
): Promise<ApiKey> {
  const keyId = parseKeyId(request.params.id);
  const key = keyId === null ? undefined : await callers.key(keyId);
  if (key === undefined || !mayKnow(request, mayGrant(callerOf(request), key.caller)))
    throw new Problem("KEY_NOT_FOUND");
  return key;
}

const list = "keys";

/** Keys that are allowed no more than the caller; a page may show fewer than it looks at. */
async function keysPage(
  callers: CallerDirectory,
  by: Caller,
  query: PageQuery,
): Promise<KeysAnswer> {
  const limit = limitOf(query);
  const after = query.cursor === undefined ? null : await lastOf(callers, query.cursor);
  const found = await callers.keys(after, limit + 1);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    keys: page.filter(({ caller }) => mayGrant(by, caller)).map(keyView),
    nextCursor: found.length > limit && last ? formatCursor(list, last.keyId) : null,
  };
}

/** The key that a page begins behind. @throws Problem CURSOR_INVALID */
async function lastOf(callers: CallerDirectory, cursor: string): Promise<string> {
  const keyId = parseCursor(list, cursor);
  if (typeof keyId === "string" && (await callers.key(keyId)) !== undefined) return keyId;
  throw new Problem("CURSOR_INVALID");
}

/** A warning, so that it is kept where only those are. */
function audit(request: FastifyRequest, act: "made" | "rotated" | "revoked", key: ApiKey): void {
  const by = callerOf(request).participantId;
  request.log.warn({ requestId: request.id, by, key: keyView(key) }, `an API key was ${act}`);
}
