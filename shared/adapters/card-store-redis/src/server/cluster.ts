import { createCluster } from "redis";
import { translated } from "../faults.ts";
import { commandDeadlineMs, redirectionsMax } from "../limits.ts";
import { asBytes, clientOptions } from "./client-options.ts";
import { Deadlines } from "./deadlines.ts";
import type { Reply } from "./reply.ts";
import type { Access, Command, Place, Server } from "./server.ts";

/** The nodes of a Redis Cluster: a shard lies on one of them, and may move. Replicas are never asked. */
export class ClusterServer implements Server {
  readonly oneNode = false;
  readonly #cluster;
  /** Why there is no connection. */
  lastError: unknown = "no reason known";
  readonly #deadlines = new Deadlines(commandDeadlineMs);

  constructor(access: Access, { nodes }: Extract<Place, { kind: "CLUSTER" }>) {
    const { RESP, ...defaults } = clientOptions(access);
    this.#cluster = createCluster({
      RESP,
      defaults,
      rootNodes: nodes.map(({ host, port }) => ({ socket: { host, port } })),
      useReplicas: false,
      maxCommandRedirections: redirectionsMax,
    });
    // Whoever waits is told by the command; without a listener the driver would end the process.
    this.#cluster.on("error", (error: unknown) => void (this.lastError = error));
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
  }

  async ask(key: string, command: Command): Promise<Reply> {
    try {
      const sent = this.#cluster.sendCommand<Reply>(key, false, [...command], asBytes);
      return await this.#deadlines.within(sent);
    } catch (error) {
      throw translated(error);
    }
  }

  async askAll(command: Command): Promise<Reply[]> {
    return await Promise.all(
      this.#cluster.masters.map(async (node) => {
        try {
          const client = await this.#cluster.nodeClient(node);
          return await this.#deadlines.within(client.sendCommand<Reply>([...command], asBytes));
        } catch (error) {
          throw translated(error);
        }
      }),
    );
  }

  async close(): Promise<void> {
    await this.#deadlines.within(this.#cluster.close()).catch(() => undefined);
    this.#cluster.destroy();
  }
}
