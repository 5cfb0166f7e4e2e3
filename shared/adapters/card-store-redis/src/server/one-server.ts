import { createClient } from "redis";
import { translated } from "../faults.ts";
import { commandDeadlineMs } from "../limits.ts";
import { asBytes, clientOptions } from "./client-options.ts";
import { Deadlines } from "./deadlines.ts";
import type { Reply } from "./reply.ts";
import type { Access, Command, Place, Server } from "./server.ts";

type OneAddress = Extract<Place, { kind: "SERVER" }>;

/** One server, over one connection that comes back by itself. */
export class OneServer implements Server {
  readonly oneNode = true;
  /** Why there is no connection. */
  lastError: unknown = "no reason known";
  readonly #access: Access;
  readonly #address: OneAddress;
  readonly #deadlines = new Deadlines(commandDeadlineMs, () => this.#reconnect());
  #client;
  #opened = false;
  #closed = false;

  constructor(access: Access, address: OneAddress) {
    this.#access = access;
    this.#address = address;
    this.#client = this.#newClient();
  }

  async connect(): Promise<void> {
    await this.#client.connect();
    this.#opened = true;
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
    this.#closed = true;
    // What was sent is waited for as long as anybody would wait for it.
    if (this.#client.isOpen)
      await this.#deadlines.within(this.#client.close()).catch(() => undefined);
    this.#client.destroy();
  }

  #newClient() {
    const { host, port, database } = this.#address;
    const options = clientOptions(this.#access, () => this.#opened);
    const client = createClient({
      ...options,
      ...(database === undefined ? {} : { database }),
      socket: { ...options.socket, host, port },
    });
    // Whoever waits is told by the command; without a listener the driver would end the process.
    client.on("error", (error: unknown) => void (this.lastError = error));
    return client;
  }

  /** A wire on which nothing comes may stay so for minutes. What still waits on it is told that nobody knows. */
  #reconnect(): void {
    if (this.#closed || !this.#opened) return;
    this.#client.destroy();
    this.#client = this.#newClient();
    this.#client.connect().catch((error: unknown) => void (this.lastError = error));
  }
}
