import type { Answering, FirstUse, OperationPorts, Turns } from "@scrip/application";
import { token } from "@scrip/service-kit";

/** What the write-off service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  answering: token<Answering>("answering"),
  firstUse: token<FirstUse>("first-use"),
  turns: token<Turns>("turns"),
};
