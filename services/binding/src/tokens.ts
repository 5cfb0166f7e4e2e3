import type { OperationPorts, Turns } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { token } from "@scrip/service-kit";

/** What the binding service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  finality: token<Finality>("finality"),
  turns: token<Turns>("turns"),
};
