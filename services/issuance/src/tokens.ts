import type { Answering, FirstUse, OperationPorts, Turns } from "@scrip/application";
import type { BatchVault, CallerDirectory, Finality } from "@scrip/ports";
import { token } from "@scrip/service-kit";
import type { BulkSteps } from "./background/bulk-steps.ts";
import type { Generation } from "./background/generation.ts";

/** What the issuance service is made of, by name. */
export const tokens = {
  ports: token<OperationPorts>("operation-ports"),
  batchVault: token<BatchVault>("batch-vault"),
  callers: token<CallerDirectory>("callers"),
  finality: token<Finality>("finality"),
  /** For operations that move value; control operations and bulk steps answer without a receipt. */
  answering: token<Answering>("answering"),
  firstUse: token<FirstUse>("first-use"),
  turns: token<Turns>("turns"),
  generation: token<Generation>("generation"),
  bulkSteps: token<BulkSteps>("bulk-steps"),
};
