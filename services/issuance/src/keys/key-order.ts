import type { OperationPorts } from "@scrip/application";
import { plainCaller, type ApiKey, type Caller, type KeyMade, type KeyOrder } from "@scrip/ports";
import {
  apiKeyHash,
  apiKeyOf,
  apiKeySecretBytes,
  mayGrant,
  Problem,
  type ProblemCode,
} from "@scrip/service-kit";
import { bodyHash, canonicalJson, opIdOf, type Json, type KeyBody } from "@scrip/wire";

/** Characters of a key id: the first half of the operation that made it. */
const keyIdCharacters = 32;

/** A key as it is ordered, and the secret that its answer shows once. */
export interface Ordered {
  readonly order: KeyOrder;
  readonly secret: string;
}

/** Who orders, under which Idempotency-Key, what. */
export interface Ordering {
  readonly by: Caller;
  readonly key: string;
  readonly caller: Caller;
  readonly follows: string | null;
}

/**
 * An order of a key. Its id follows from who asks and under which Idempotency-Key, so the same request is the same key;
 * its secret is new every time and works only if this very order makes the key.
 */
export function orderOf(ports: OperationPorts, ordering: Ordering): Ordered {
  const { by, key, caller, follows } = ordering;
  const secret = apiKeyOf(ports.identity.randomBytes(apiKeySecretBytes));
  const asked: Json =
    follows === null
      ? { act: "make-key", caller: callerJson(caller) }
      : { act: "rotate-key", follows };
  return {
    secret,
    order: {
      keyId: opIdOf(ports.hash, by.participantId, key).slice(0, keyIdCharacters),
      keyHash: apiKeyHash(secret),
      caller,
      madeAtMs: ports.clock.nowMs(),
      bodyHash: bodyHash(ports.hash, canonicalJson(asked)),
      follows,
    },
  };
}

/** Whom a body asks a key for. */
export const callerOfBody = ({ participant, role, scope }: KeyBody): Caller =>
  plainCaller({
    participantId: participant,
    role,
    scope: {
      programs: scope.programs,
      participants: scope.participants,
      holdersAct: scope.flags?.includes("holders:act") ?? false,
    },
  });

/** @throws Problem PERMISSION_DENIED when the key would be allowed more than who orders it */
export function requireGrant(by: Caller, caller: Caller): void {
  if (mayGrant(by, caller)) return;
  throw new Problem("PERMISSION_DENIED", {
    detail: "A key cannot be allowed more than the key that asks for it.",
  });
}

/** @throws Problem for an order that was not carried out */
export function requireMade(made: KeyMade): { readonly key: ApiKey; readonly before: boolean } {
  if ("key" in made) return { key: made.key, before: made.kind === "MADE_BEFORE" };
  throw new Problem(refusals[made.kind]);
}

const refusals = {
  OTHER_ORDER: "IDEMPOTENCY_KEY_REUSED",
  FOLLOWS_UNKNOWN: "KEY_NOT_FOUND",
  FOLLOWS_REVOKED: "KEY_REVOKED",
  TOO_MANY_ACTIVE: "KEY_LIMIT_REACHED",
} as const satisfies Record<Exclude<KeyMade, { key: ApiKey }>["kind"], ProblemCode>;

const callerJson = ({ participantId, role, scope }: Caller): Json => ({
  participantId,
  role,
  programs: scope.programs,
  participants: scope.participants,
  holdersAct: scope.holdersAct,
});
