import type { Connection, Reply } from "./connection.ts";
import { notOurs, unavailable } from "./faults.ts";

/** SET with NX and GET together came with it. */
const leastMajor = 7;

/** Without these, what was acknowledged could be lost. */
const required: Readonly<Record<string, string>> = {
  appendonly: "yes",
  appendfsync: "always",
  "no-appendfsync-on-rewrite": "no",
  "maxmemory-policy": "noeviction",
};

/** @throws PortError NOT_OURS naming all that is wrong with the server; UNAVAILABLE while it is loading */
export async function requireFit(connection: Connection, settingsToo: boolean): Promise<void> {
  const info = String(await connection.ask("INFO"));
  const valueOf = (name: string): string =>
    new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1] ?? "";
  if (valueOf("loading") === "1") throw unavailable("the server is loading its data", true);
  const version = valueOf("redis_version");
  const wrong: string[] = [];
  if (!(Number.parseInt(version, 10) >= leastMajor))
    wrong.push(`version ${version}, not ${leastMajor}.0 or later`);
  if (valueOf("role") !== "master") wrong.push(`role ${valueOf("role")}, not master`);
  if (settingsToo) {
    const reply = await connection.ask("CONFIG", "GET", ...Object.keys(required));
    wrong.push(...wrongSettings(reply));
  }
  if (wrong.length > 0) throw notOurs(`this server does not do: ${wrong.join(", ")}`);
}

function wrongSettings(reply: Reply): string[] {
  const texts = Array.isArray(reply) ? (reply as readonly Reply[]).map(String) : [];
  return Object.entries(required).flatMap(([name, value]) => {
    const found = texts[texts.indexOf(name) + 1];
    return found === value ? [] : [`${name} ${found ?? "unknown"}, not ${value}`];
  });
}
