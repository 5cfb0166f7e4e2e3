import { PortError } from "@scrip/ports";
import { notOurs } from "../faults.ts";
import { listOf, type Reply, textOf } from "./reply.ts";
import type { Server } from "./server.ts";

const leastMajor = 7;

/** Without these, what was acknowledged could be lost. */
const required: Readonly<Record<string, string>> = {
  appendonly: "yes",
  appendfsync: "always",
  "no-appendfsync-on-rewrite": "no",
  "maxmemory-policy": "noeviction",
};

/**
 * Checks every node: that it is new enough, a primary, of the kind it is addressed as, and keeps what it acknowledged.
 * @param settingsToo false: take its settings as they are
 * @throws PortError NOT_OURS naming all that is wrong; UNAVAILABLE while it is loading
 */
export async function requireFit(server: Server, settingsToo: boolean): Promise<void> {
  const wrong: string[] = [];
  for (const reply of await server.askAll(["INFO"])) wrong.push(...faultsOf(textOf(reply), server));
  if (settingsToo)
    for (const reply of await server.askAll(["CONFIG", "GET", ...Object.keys(required)]))
      wrong.push(...wrongSettings(reply));
  if (wrong.length > 0) throw notOurs(`this server does not do: ${[...new Set(wrong)].join(", ")}`);
}

function faultsOf(info: string, { oneNode }: Server): string[] {
  const valueOf = (name: string): string =>
    new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1] ?? "";
  if (valueOf("loading") === "1")
    throw new PortError("UNAVAILABLE", "card store: the server is loading its data");
  const wrong: string[] = [];
  const version = valueOf("redis_version");
  if (!(Number.parseInt(version, 10) >= leastMajor))
    wrong.push(`version ${version}, not ${leastMajor}.0 or later`);
  if (valueOf("role") !== "master") wrong.push(`role ${valueOf("role")}, not master`);
  if (oneNode && valueOf("cluster_enabled") === "1") wrong.push("a node of a cluster");
  if (!oneNode && valueOf("cluster_enabled") !== "1") wrong.push("not a node of a cluster");
  return wrong;
}

function wrongSettings(reply: Reply): string[] {
  const pairs = listOf(reply).map(textOf);
  const settings = new Map<string, string>();
  for (let at = 0; at + 1 < pairs.length; at += 2)
    settings.set(pairs[at] ?? "", pairs[at + 1] ?? "");
  return Object.entries(required)
    .filter(([name, value]) => settings.get(name) !== value)
    .map(([name, value]) => `${name} ${settings.get(name) ?? "unknown"}, not ${value}`);
}
