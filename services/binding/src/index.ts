import type { FastifyInstance } from "fastify";
import { bindRoute } from "./bind.route.ts";
import { bindingContainer, type BindingPorts } from "./container.ts";
import { leaveRoutes } from "./leave.route.ts";
import { walletRoute } from "./wallet.route.ts";

export type { BindingPorts } from "./container.ts";

/** Bindings and wallets over HTTP. */
export function registerBinding(app: FastifyInstance, given: BindingPorts): void {
  const container = bindingContainer(given);
  bindRoute(app, container);
  leaveRoutes(app, container);
  walletRoute(app, container);
}
