import type { FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** Something that is there was kept from the caller because of the key's scope. */
    hidden: boolean;
  }
}

/**
 * Passes on whether the caller may know that something is there. What they may not know is answered like what is not
 * there; a request that ends so counts as a denied call.
 */
export function mayKnow(request: FastifyRequest, allowed: boolean): boolean {
  if (!allowed) request.hidden = true;
  return allowed;
}
