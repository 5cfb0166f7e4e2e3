import { Turns, type OperationPorts, type Receipts } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { tokens } from "./tokens.ts";

/** What whoever runs the binding service has opened, and closes after it. */
export interface BindingPorts {
  readonly ports: OperationPorts;
  readonly finality: Finality;
  readonly receipts: Receipts;
}

/** The binding service, wired. */
export function bindingContainer(given: BindingPorts): DependencyContainer {
  const container = createContainer();
  provide(container, tokens.ports, () => given.ports);
  const { finality, receipts } = given;
  provide(container, tokens.answering, () => ({ finality, receipts }));
  provide(container, tokens.turns, () => new Turns());
  return container;
}
