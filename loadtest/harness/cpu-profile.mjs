import { readFileSync } from "node:fs";

/**
 * A function on the stack.
 * @typedef {{ name: string, package: string }} Frame the package's name without its scope; "" for Node's own
 */

const packageOf =
  /(?:shared\/adapters|shared|services)\/([^/]+)\/dist\/|node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/**
 * Shares of a profile's busy time by stage, 0 … 1. Only the thread of the event loop is sampled.
 * @param {string} file as V8 wrote it
 * @param {(stack: readonly Frame[]) => string} stageOf gets the stack of a sample, the innermost frame first
 * @returns {Map<string, number>}
 */
export function sharesByStage(file, stageOf) {
  /** @type {{ nodes: any[], samples: number[], timeDeltas: number[] }} */
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8"));
  const stages = stagesOfNodes(nodes, stageOf);
  /** @type {Map<string, number>} */
  const times = new Map();
  let busy = 0;
  for (const [nth, id] of samples.entries()) {
    const stage = stages.get(id);
    // A sample stands for the time until the next one; V8 may write a negative one.
    const time = Math.max(0, timeDeltas[nth + 1] ?? 0);
    if (stage === undefined) continue;
    busy += time;
    times.set(stage, (times.get(stage) ?? 0) + time);
  }
  return new Map([...times].map(([stage, time]) => [stage, time / busy]));
}

/**
 * @param {any[]} nodes
 * @param {(stack: readonly Frame[]) => string} stageOf
 * @returns {Map<number, string>} without the nodes that stand for idle time
 */
function stagesOfNodes(nodes, stageOf) {
  /** @type {Map<number, Frame[]>} */
  const stacks = new Map();
  const stages = new Map();
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) =>
      children.map((/** @type {number} */ child) => [child, id]),
    ),
  );
  // V8 writes parents before their children.
  for (const { id, callFrame } of nodes) {
    const { functionName, url } = callFrame;
    const [, ours, foreign] = packageOf.exec(url) ?? [];
    const frame = { name: functionName, package: ours ?? foreign ?? "" };
    const stack = [frame, ...(stacks.get(parents.get(id)) ?? [])];
    stacks.set(id, stack);
    if (functionName !== "(idle)") stages.set(id, stageOf(stack));
  }
  return stages;
}
