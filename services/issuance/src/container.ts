import { Turns, type FirstUse, type OperationPorts, type Receipts } from "@scrip/application";
import type { BatchVault, CallerDirectory, Finality } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import type { FastifyBaseLogger } from "fastify";
import { BatchWork } from "./background/batch-work.ts";
import { BulkSteps } from "./background/bulk-steps.ts";
import { Generation } from "./background/generation.ts";
import { tokens } from "./tokens.ts";

/** What whoever runs the issuance service has opened, and closes after it. */
export interface IssuancePorts {
  readonly ports: OperationPorts;
  readonly batchVault: BatchVault;
  readonly callers: CallerDirectory;
  readonly finality: Finality;
  readonly receipts: Receipts;
  readonly firstUse: FirstUse;
  readonly logger: FastifyBaseLogger;
}

/** The issuance service, wired. */
export function issuanceContainer(given: IssuancePorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.ports, () => given.ports);
  provide(container, tokens.batchVault, () => given.batchVault);
  provide(container, tokens.callers, () => given.callers);
  const { finality, receipts } = given;
  provide(container, tokens.finality, () => finality);
  provide(container, tokens.answering, () => ({ finality, receipts }));
  provide(container, tokens.firstUse, () => given.firstUse);
  provide(container, tokens.turns, () => new Turns());
  const work = new BatchWork();
  provide(container, tokens.generation, () => new Generation({ ...given, work }));
  provide(container, tokens.bulkSteps, () => new BulkSteps({ ...given, work }));
  return container;
}
