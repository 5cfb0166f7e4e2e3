export { run } from "./run.ts";
export { CommandError, exitCodes, type Surroundings } from "./surroundings.ts";
