import type { Answering, OperationPorts, Turns } from "@scrip/application";
import { token } from "@scrip/service-kit";

/** What the binding service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  answering: token<Answering>("answering"),
  turns: token<Turns>("turns"),
};
