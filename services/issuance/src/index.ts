import type { Batch } from "@scrip/domain";
import type { FastifyInstance } from "fastify";
import { batchRoutes } from "./batches/batch.route.ts";
import { orderRoutes } from "./cards/order.route.ts";
import { replaceRoutes } from "./cards/replace.route.ts";
import { codesRoutes } from "./batches/codes.route.ts";
import { issuanceContainer, type IssuancePorts } from "./container.ts";
import { grantRoute } from "./grant.route.ts";
import { leftOutRoute } from "./batches/left-out.route.ts";
import { keyRoutes } from "./keys/key.route.ts";
import { participantRoute } from "./participant.route.ts";
import { programRoute } from "./programs/program.route.ts";
import { versionRoutes } from "./programs/version.route.ts";
import { stepRoutes } from "./batches/step.route.ts";
import { tokens } from "./tokens.ts";

export type { IssuancePorts } from "./container.ts";

/** Work that goes on beside requests. */
export interface IssuanceService {
  /** Goes on with what these batches were in the middle of: being generated, or a step of all their cards. */
  resume(batches: Iterable<Batch>): Promise<void>;
  /** Lets what runs end at its next chunk. */
  stop(): Promise<void>;
}

/**
 * Programs, participants, API keys, batches, codes, acquiring, distributing, points grants, orders about single cards,
 * over HTTP.
 */
export function registerIssuance(app: FastifyInstance, given: IssuancePorts): IssuanceService {
  const container = issuanceContainer(given);
  programRoute(app, container);
  versionRoutes(app, container);
  participantRoute(app, container);
  keyRoutes(app, container);
  batchRoutes(app, container);
  codesRoutes(app, container);
  stepRoutes(app, container);
  leftOutRoute(app, container);
  grantRoute(app, container);
  orderRoutes(app, container);
  replaceRoutes(app, container);
  const generation = container.resolve(tokens.generation);
  const bulkSteps = container.resolve(tokens.bulkSteps);
  return {
    resume: async (batches) => {
      const all = [...batches];
      await generation.resume(all);
      await bulkSteps.resume(all);
    },
    stop: async () => {
      await Promise.all([generation.stop(), bulkSteps.stop()]);
    },
  };
}
