import { PortError } from "@scrip/ports";
import { messageOf, translated } from "../faults.ts";
import { openDeadlineMs } from "../limits.ts";
import { ClusterServer } from "./cluster.ts";
import { Functions } from "./functions.ts";
import { OneServer } from "./one-server.ts";
import { requireFit } from "./requirements.ts";
import type { Access, Server } from "./server.ts";

export interface ReachOptions extends Access {
  /** Take a server whose settings may lose what was acknowledged: to try things out. */
  readonly anySettings?: boolean;
  /** How long to try, unless told otherwise `openDeadlineMs`. */
  readonly openWithinMs?: number;
}

/**
 * Connects to a server that is fit, and loads the functions there.
 * @throws PortError NOT_OURS; UNAVAILABLE
 */
export async function reach(
  options: ReachOptions,
): Promise<{ readonly server: Server; readonly functions: Functions }> {
  const { place, openWithinMs = openDeadlineMs } = options;
  const server =
    place.kind === "SERVER"
      ? new OneServer(options, place)
      : new ClusterServer(options, place.nodes);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notReached(server, openWithinMs)), openWithinMs);
  });
  try {
    const functions = new Functions(server);
    await Promise.race([ready(server, functions, options), late]);
    return { server, functions };
  } catch (error) {
    await server.close();
    throw translated(error);
  } finally {
    clearTimeout(timer);
  }
}

async function ready(
  server: OneServer | ClusterServer,
  functions: Functions,
  { anySettings }: ReachOptions,
): Promise<void> {
  await server.connect();
  await requireFit(server, anySettings !== true);
  await functions.load();
}

const notReached = (server: OneServer | ClusterServer, withinMs: number): PortError =>
  new PortError(
    "UNAVAILABLE",
    `card store: no server within ${withinMs} ms: ${messageOf(server.lastError)}`,
  );
