import { Turns, type FirstUse, type OperationPorts } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { tokens } from "./tokens.ts";

/** What whoever runs the write-off service has opened, and closes after it. */
export interface WriteOffPorts {
  readonly ports: OperationPorts;
  readonly finality: Finality;
  readonly firstUse: FirstUse;
}

/** The write-off service, wired. */
export function writeOffContainer(given: WriteOffPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.ports, () => given.ports);
  provide(container, tokens.finality, () => given.finality);
  provide(container, tokens.firstUse, () => given.firstUse);
  provide(container, tokens.turns, () => new Turns());
  return container;
}
