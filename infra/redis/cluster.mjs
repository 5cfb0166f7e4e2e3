import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./ask.mjs";
import { freePorts } from "../tooling/free-ports.mjs";
import { startRedis } from "./server.mjs";

/** @typedef {import("./server.mjs").RunningRedis} RunningRedis */

/** @typedef {{ readonly nodes: readonly RunningRedis[], stop: () => Promise<void> }} RunningRedisCluster */

/** Hash slots of every Redis Cluster. */
const slots = 16_384;
const joinedWithinMs = 30_000;
const joinedPollMs = 50;

/**
 * Starts a Redis Cluster of primaries alone on 127.0.0.1, its slots shared out evenly, and waits until every node
 * serves. A new one each time: its folder is empty.
 * @param {{ redis: import("./server.mjs").RedisProgram, dataDir: string, size?: number }} options
 * @returns {Promise<RunningRedisCluster>}
 */
export async function startRedisCluster({ redis, dataDir, size = 3 }) {
  const ports = await freePorts(2 * size);
  /** @type {RunningRedis[]} */
  const nodes = [];
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    for (let nth = 0; nth < size; nth += 1) {
      const [port = 0, bus = 0] = ports.slice(2 * nth);
      const settings = {
        "cluster-enabled": "yes",
        "cluster-config-file": "nodes.conf",
        "cluster-port": bus,
      };
      nodes.push(await startRedis({ redis, dataDir: join(dataDir, `${nth}`), port, settings }));
      await assignSlots(port, nth, size);
    }
    await tie(nodes, ports);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

/** @param {number} port @param {number} nth @param {number} size */
async function assignSlots(port, nth, size) {
  const from = Math.ceil((slots * nth) / size);
  const to = Math.ceil((slots * (nth + 1)) / size) - 1;
  await tell(port, ["CLUSTER", "ADDSLOTSRANGE", from, to]);
  await tell(port, ["CLUSTER", "SET-CONFIG-EPOCH", nth + 1]);
}

/** @param {readonly RunningRedis[]} nodes @param {readonly number[]} ports each node's own, then its bus's */
async function tie(nodes, ports) {
  // Every pair of them: hearing of each other by gossip alone takes seconds.
  for (const [nth, { port }] of nodes.entries())
    for (let other = nth + 1; other < nodes.length; other += 1)
      await tell(port, [
        "CLUSTER",
        "MEET",
        "127.0.0.1",
        ports[2 * other] ?? 0,
        ports[2 * other + 1] ?? 0,
      ]);
  const deadlineMs = Date.now() + joinedWithinMs;
  for (const { port } of nodes) {
    while (!(await serves(port, nodes.length))) {
      if (Date.now() > deadlineMs) throw new Error(`no cluster within ${joinedWithinMs} ms`);
      await sleep(joinedPollMs);
    }
  }
}

/** Whether a node knows all others and every slot. @param {number} port @param {number} size */
async function serves(port, size) {
  const info = await ask(port, ["CLUSTER", "INFO"]);
  return (
    info.includes("cluster_state:ok") &&
    info.includes(`cluster_known_nodes:${size}`) &&
    info.includes(`cluster_slots_ok:${slots}`)
  );
}

/** @param {number} port @param {readonly (string | number)[]} words */
async function tell(port, words) {
  const said = await ask(port, words);
  if (said !== "OK") throw new Error(`${words.join(" ")}: ${said}`);
}
