import { createClient } from "redis";
import { translated } from "../faults.ts";
import { commandDeadlineMs } from "../limits.ts";
import { asBytes, clientOptions } from "./client-options.ts";
import { Deadlines } from "./deadlines.ts";
import type { Reply } from "./reply.ts";
import type { Access, Command, Place, Server } from "./server.ts";

/** One server, over one connection that comes back by itself. */
export class OneServer implements Server {
  readonly oneNode = true;
  readonly #client;
  /** Why there is no connection. */
  lastError: unknown = "no reason known";
  readonly #deadlines = new Deadlines(commandDeadlineMs);

  constructor(access: Access, { host, port, database }: Extract<Place, { kind: "SERVER" }>) {
    const options = clientOptions(access);
    this.#client = createClient({
      ...options,
      ...(database === undefined ? {} : { database }),
      socket: { ...options.socket, host, port },
    });
    // Whoever waits is told by the command; without a listener the driver would end the process.
    this.#client.on("error", (error: unknown) => void (this.lastError = error));
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  async ask(_key: string, command: Command): Promise<Reply> {
    try {
      const sent = this.#client.sendCommand<Reply>([...command], asBytes);
      return await this.#deadlines.within(sent);
    } catch (error) {
      throw translated(error);
    }
  }

  async askAll(command: Command): Promise<Reply[]> {
    return [await this.ask("", command)];
  }

  async close(): Promise<void> {
    // What was sent is waited for as long as anybody would wait for it.
    await this.#deadlines.within(this.#client.close()).catch(() => undefined);
    this.#client.destroy();
  }
}
