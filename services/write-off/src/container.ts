import { Turns, type FirstUse, type OperationPorts, type Receipts } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { tokens } from "./tokens.ts";

/** What whoever runs the write-off service has opened, and closes after it. */
export interface WriteOffPorts {
  readonly ports: OperationPorts;
  readonly finality: Finality;
  readonly receipts: Receipts;
  readonly firstUse: FirstUse;
}

/** The write-off service, wired. */
export function writeOffContainer(given: WriteOffPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.ports, () => given.ports);
  const { finality, receipts } = given;
  provide(container, tokens.answering, () => ({ finality, receipts }));
  provide(container, tokens.firstUse, () => given.firstUse);
  provide(container, tokens.turns, () => new Turns());
  return container;
}
