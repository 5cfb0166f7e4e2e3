import { keyIdPattern } from "../ids/public-ids.ts";
import type { FromSchema } from "./schema.ts";
import { list, nullable, object, words } from "./schema.ts";
import { timeOrNull } from "./operations.ts";
import { listedItemsMax } from "./queries.ts";
import { idInPath, nameText } from "./scalars.ts";

/*
 * API keys, for operators: `POST /v1/keys`, `GET /v1/keys`, `POST /v1/keys/{id}/rotate`, `DELETE /v1/keys/{id}`. The
 * secret itself is in one answer, once.
 */

/** Programs, or participants, that one scope names. */
export const scopeNamesMax = 256;
/** Characters of an API key. */
const secretCharactersMax = 256;

const role = words("ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGULATOR", "OPERATOR");
const all = words("*");
const names = (minItems: number) => ({
  ...list(nameText, scopeNamesMax),
  minItems,
  uniqueItems: true as const,
});
/** May act for holders: bind, view and spend wallets. */
const flags = { ...list(words("holders:act"), 1) } as const;

const scopeParts = {
  programs: { anyOf: [all, names(1)] } as const,
  /** Beside the key's own participant; an empty list: that one alone. */
  participants: { anyOf: [all, names(0)] } as const,
} as const;

/** What the key may do; rights have no defaults but the flags, of which there are none unless they are named. */
export const keyBody = object({
  participant: nameText,
  role,
  scope: object(scopeParts, { flags } as const),
} as const);
export type KeyBody = FromSchema<typeof keyBody>;

/** A rotation takes over everything from the key it follows: there is nothing to say. */
export const rotateBody = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: {},
} as const;

export const keyParams = object({ id: idInPath });
export type KeyParams = FromSchema<typeof keyParams>;

const apiKey = object({
  keyId: { type: "string", pattern: keyIdPattern, maxLength: 36 },
  participant: nameText,
  role,
  scope: object({ ...scopeParts, flags } as const),
  status: words("ACTIVE", "REVOKED"),
  /** `null` for a key that came with a fresh data directory. */
  createdAt: timeOrNull,
  revokedAt: timeOrNull,
} as const);
export type ApiKeyView = FromSchema<typeof apiKey>;

export const keyMadeAnswer = object({
  key: apiKey,
  /** The key itself, in the first answer alone: it is stored nowhere. */
  secret: nullable({ type: "string", maxLength: secretCharactersMax }),
  /** `EARLIER`: in another answer to this Idempotency-Key. Who lost that one revokes the key and makes another. */
  secretShown: words("NOW", "EARLIER"),
  /** Programs of its scope that are not there (yet): a key may be made before them, or by a slip. */
  unknownPrograms: list(nameText, scopeNamesMax),
  /** Whom it acts for though nobody has registered them (yet); none where first use registers. */
  unknownParticipants: list(nameText, scopeNamesMax + 1),
} as const);
export type KeyMadeAnswer = FromSchema<typeof keyMadeAnswer>;

export const keyAnswer = object({ key: apiKey });
export type KeyAnswer = FromSchema<typeof keyAnswer>;

/** Keys in the order in which they came, revoked ones too. */
export const keysAnswer = object({
  keys: list(apiKey, listedItemsMax),
  nextCursor: nullable({ type: "string" }),
});
export type KeysAnswer = FromSchema<typeof keysAnswer>;
