import type { FastifyInstance } from "fastify";
import { writeOffContainer, type WriteOffPorts } from "./container.ts";
import { readRoute } from "./read.route.ts";
import { refundRoute } from "./refund.route.ts";
import { writeOffRoute } from "./write-off.route.ts";

export type { WriteOffPorts } from "./container.ts";

/** Write-offs and refunds over HTTP. */
export function registerWriteOff(app: FastifyInstance, given: WriteOffPorts): void {
  const container = writeOffContainer(given);
  writeOffRoute(app, container);
  refundRoute(app, container);
  readRoute(app, container);
}
