export type { Swept, SweepPorts } from "./sweep.ts";
export { Sweeper, type SweepObserver, type SweeperWiring } from "./sweeper.ts";
