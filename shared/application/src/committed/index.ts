export { CommittedModel, type CommittedModelWiring } from "./committed-model.ts";
export { controlEventOf } from "./control-fact.ts";
export { FinalityWaiters } from "./finality-waiters.ts";
export { CommittedRegistry } from "./registry.ts";
