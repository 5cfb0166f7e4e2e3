import type { FirstUse, OperationPorts, Turns } from "@scrip/application";
import type { BatchVault, Finality } from "@scrip/ports";
import { token } from "@scrip/service-kit";
import type { Generation } from "./generation.ts";

/** What the issuance service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  batchVault: token<BatchVault>("batch-vault"),
  finality: token<Finality>("finality"),
  firstUse: token<FirstUse>("first-use"),
  turns: token<Turns>("turns"),
  generation: token<Generation>("generation"),
};
