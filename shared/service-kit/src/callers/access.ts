import type { FastifyRequest } from "fastify";
import type { Caller, CallerDirectory, Role } from "@scrip/ports";
import { hash } from "node:crypto";
import { apiKeyMaxChars } from "../limits.ts";
import { Problem } from "../problem/problem.ts";

/**
 * Who may call a route. `PUBLIC`: anyone, and a key is not looked at. `OPTIONAL`: anyone, and a key that is sent
 * must be right. Otherwise a key of one of these roles.
 */
export type Access = "PUBLIC" | "OPTIONAL" | readonly Role[];

/** All that admitting a request asks of the directory. */
export type KnownCallers = Pick<CallerDirectory, "find">;

declare module "fastify" {
  interface FastifyRequest {
    /** Whom the request's API key belongs to; null on routes that anyone may call. */
    caller: Caller | null;
    /** The checked Idempotency-Key; null on routes that are not `idempotent`. */
    idempotencyKey: string | null;
  }
  interface FastifyContextConfig {
    /** Who may call the route. Every route says so. */
    access: Access;
    /** The route moves value: it needs an Idempotency-Key. */
    idempotent?: boolean;
  }
}

/** Random bytes of an API key. */
export const apiKeySecretBytes = 32;

/** The text of an API key made of these random bytes. */
export const apiKeyOf = (bytes: Uint8Array): string =>
  `sk_${Buffer.from(bytes).toString("base64url")}`;

/** Name under which the directory knows an API key: SHA-256 of the whole key text, hex. */
export const apiKeyHash = (key: string): string => hash("sha256", key, "hex");

/**
 * The caller of a request, or null where none is needed.
 * @throws Problem AUTHENTICATION_REQUIRED, AUTHENTICATION_FAILED, PERMISSION_DENIED.
 * @throws PortError when the directory cannot be asked: never answered as an authentication error.
 */
export async function authenticate(
  authorization: string | undefined,
  access: Access,
  directory: KnownCallers,
): Promise<Caller | null> {
  if (access === "PUBLIC") return null;
  if (authorization === undefined) {
    if (access === "OPTIONAL") return null;
    throw new Problem("AUTHENTICATION_REQUIRED");
  }
  const key = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  if (key === undefined || key.length > apiKeyMaxChars) throw new Problem("AUTHENTICATION_FAILED");
  // Found by its hash: no secret is compared, so right and wrong keys take the same time.
  const caller = await directory.find(apiKeyHash(key));
  if (caller === undefined) throw new Problem("AUTHENTICATION_FAILED");
  if (access !== "OPTIONAL" && !access.includes(caller.role)) {
    throw new Problem("PERMISSION_DENIED", {
      detail: `Needs a key of role ${access.join(" or ")}.`,
    });
  }
  return caller;
}

/** The caller of a request whose route admits only callers. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error("this route admits requests without a caller");
  return request.caller;
}
