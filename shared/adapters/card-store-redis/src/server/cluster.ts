import { createCluster } from "redis";
import { translated } from "../faults.ts";
import { commandDeadlineMs, redirectionsMax } from "../limits.ts";
import { asBytes, clientOptions } from "./client-options.ts";
import { Deadlines } from "./deadlines.ts";
import type { Reply } from "./reply.ts";
import type { Access, Command, Place, Server } from "./server.ts";

type Nodes = Extract<Place, { kind: "CLUSTER" }>["nodes"];

/** The nodes of a Redis Cluster: a shard lies on one of them, and may move. Replicas are never asked. */
export class ClusterServer implements Server {
  readonly oneNode = false;
  /** Why there is no connection. */
  lastError: unknown = "no reason known";
  readonly #access: Access;
  readonly #nodes: Nodes;
  /** By hash tag: a node that is silent shows in the shards it has. */
  readonly #deadlines = new Map<string, Deadlines>();
  #cluster;
  #opened = false;
  #closed = false;

  constructor(access: Access, nodes: Nodes) {
    this.#access = access;
    this.#nodes = nodes;
    this.#cluster = this.#newCluster();
  }

  async connect(): Promise<void> {
    await this.#cluster.connect();
    this.#opened = true;
  }

  async ask(key: string, command: Command): Promise<Reply> {
    try {
      const sent = this.#cluster.sendCommand<Reply>(key, false, [...command], asBytes);
      return await this.#deadlinesOf(key).within(sent);
    } catch (error) {
      throw translated(error);
    }
  }

  async askAll(command: Command): Promise<Reply[]> {
    return await Promise.all(
      this.#cluster.masters.map(async (node) => {
        try {
          const client = await this.#cluster.nodeClient(node);
          const sent = client.sendCommand<Reply>([...command], asBytes);
          return await this.#deadlinesOf(node.address).within(sent);
        } catch (error) {
          throw translated(error);
        }
      }),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#cluster.isOpen)
      await this.#deadlinesOf("")
        .within(this.#cluster.close())
        .catch(() => undefined);
    this.#cluster.destroy();
  }

  #newCluster() {
    const { RESP, ...defaults } = clientOptions(this.#access, () => this.#opened);
    const cluster = createCluster({
      RESP,
      defaults,
      rootNodes: this.#nodes.map(({ host, port }) => ({ socket: { host, port } })),
      useReplicas: false,
      maxCommandRedirections: redirectionsMax,
    });
    cluster.on("error", (error: unknown) => void (this.lastError = error));
    return cluster;
  }

  #deadlinesOf(key: string): Deadlines {
    const tag = key.slice(0, key.indexOf("}") + 1);
    const found =
      this.#deadlines.get(tag) ?? new Deadlines(commandDeadlineMs, () => this.#reconnect());
    this.#deadlines.set(tag, found);
    return found;
  }

  /** A wire on which nothing comes may stay so for minutes; the driver does not tell which of them it is. */
  #reconnect(): void {
    if (this.#closed || !this.#opened) return;
    const silent = this.#cluster;
    this.#cluster = this.#newCluster();
    this.#cluster.connect().catch((error: unknown) => void (this.lastError = error));
    silent.destroy();
  }
}
