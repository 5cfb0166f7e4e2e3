import type { FirstUse, OperationPorts, Turns } from "@scrip/application";
import type { Finality } from "@scrip/ports";
import { token } from "@scrip/service-kit";

/** What the write-off service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  finality: token<Finality>("finality"),
  firstUse: token<FirstUse>("first-use"),
  turns: token<Turns>("turns"),
};
