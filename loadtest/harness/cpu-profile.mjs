import { readFileSync } from "node:fs";

/**
 * @typedef {object} Frame
 * @property {string} name of the function
 * @property {string} file as a path from the repository's root, or a module of Node's own
 */

const root = new URL("../../", import.meta.url).href;

/**
 * CPU milliseconds of a profile by stage: every sample counts for the innermost frame of its stack that a rule names.
 * Idle time is left out; the event loop thread alone is sampled.
 * @param {string} file as V8 wrote it
 * @param {(frame: Frame) => string | null} stageOf
 * @returns {Map<string, number>}
 */
export function millisByStage(file, stageOf) {
  /** @type {{ nodes: any[], samples: number[], timeDeltas: number[] }} */
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, "utf8"));
  const stages = stageOfNodes(nodes, stageOf);
  /** @type {Map<string, number>} */
  const millis = new Map();
  for (const [nth, id] of samples.entries()) {
    const stage = stages.get(id) ?? "other";
    // A delta is the time up to its sample; V8 may hand out negative ones.
    const delta = Math.max(0, timeDeltas[nth + 1] ?? 0) / 1_000;
    if (stage !== "idle") millis.set(stage, (millis.get(stage) ?? 0) + delta);
  }
  return millis;
}

/**
 * @param {any[]} nodes
 * @param {(frame: Frame) => string | null} stageOf
 */
function stageOfNodes(nodes, stageOf) {
  /** @type {Map<number, string>} */
  const stages = new Map();
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  // Parents come before their children.
  for (const { id, callFrame } of nodes) {
    const frame = { name: callFrame.functionName, file: callFrame.url.replace(root, "") };
    stages.set(id, ownStage(frame) ?? stageOf(frame) ?? stages.get(parents.get(id)) ?? "other");
  }
  return stages;
}

/** @param {Frame} frame */
function ownStage({ name }) {
  if (name === "(idle)") return "idle";
  if (name === "(garbage collector)") return "garbage collection";
  return null;
}
