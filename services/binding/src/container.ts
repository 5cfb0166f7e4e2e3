import { Turns, type OperationPorts } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { tokens } from "./tokens.ts";

/** What whoever runs the binding service has opened, and closes after it. */
export interface BindingPorts {
  readonly ports: OperationPorts;
  readonly finality: Finality;
}

/** The binding service, wired. */
export function bindingContainer(given: BindingPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.ports, () => given.ports);
  provide(container, tokens.finality, () => given.finality);
  provide(container, tokens.turns, () => new Turns());
  return container;
}
