// A state map of many leaves over the follower store: what one changed leaf costs.
import { createHash } from "node:crypto";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { sha256Ed25519 } from "@scrip/signing";
import { depthFor, StateMap } from "@scrip/state-map";
import { answer, serveBench } from "../harness/probe.mjs";

const [directory = "", leavesText = "0"] = process.argv.slice(2);
const leaves = Number(leavesText);
const loadedAtOnce = 50_000;
/** The depth that a new map has, and never falls below. */
const depthMin = 17;

const { hash } = sha256Ed25519;
const store = openFollowerStore({ directory, chainId: "bench/map" });
const shape = { depth: Math.max(depthMin, depthFor(leaves)), count: 0 };
const map = StateMap.open({
  hash,
  store: { read: (bucket) => store.bucket(bucket) },
  shape,
});
const noMeta = new Uint8Array(1);
const keyOf = (/** @type {number} */ nth) =>
  new Uint8Array(createHash("sha256").update(`card ${nth}`).digest());

/** @param {readonly import("@scrip/state-map").MapChange[]} changes */
async function change(changes) {
  const startedAt = process.cpuUsage();
  const update = map.update(changes);
  const { user, system } = process.cpuUsage(startedAt);
  await store.replaceBuckets(update.writes, noMeta);
  map.commit(update);
  return (user + system) / 1e6;
}

answer("load", async () => {
  const valueHash = keyOf(0);
  for (let from = 0; from < leaves; from += loadedAtOnce) {
    const length = Math.min(loadedAtOnce, leaves - from);
    await change(Array.from({ length }, (_, nth) => ({ key: keyOf(from + nth), valueHash })));
  }
});

let turn = 0;
answer("update", async (/** @type {{ blocks: number, changesEach: number }} */ order) => {
  const { blocks, changesEach } = order;
  let updateCpuSeconds = 0;
  for (let block = 0; block < blocks; block += 1) {
    turn += 1;
    const valueHash = keyOf(turn);
    const picked = new Set();
    // Steps of a prime visit cards all over the map, each once before any comes again.
    for (let nth = 0; picked.size < changesEach; nth += 1)
      picked.add(((turn * changesEach + nth) * 7_919) % leaves);
    updateCpuSeconds += await change([...picked].map((nth) => ({ key: keyOf(nth), valueHash })));
  }
  return { updateCpuSeconds, depth: map.shape.depth, count: map.shape.count };
});

serveBench("", () => store.close());
