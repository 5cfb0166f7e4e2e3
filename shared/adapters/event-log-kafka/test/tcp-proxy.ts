import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A wire on loopback that can go dead: then it takes everything and gives nothing, without a word. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Where connections lead to. */
  target = 0;
  #dead = false;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (client) => this.#accept(client));
  }

  static async open(): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TcpProxy(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** New connections and those that stand: dead for good, even after `heal`. */
  kill(): void {
    this.#dead = true;
    for (const socket of this.#sockets) socket.unpipe().on("data", () => undefined);
  }

  /** From now on new connections work. */
  heal(): void {
    this.#dead = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    this.#keep(client);
    if (this.#dead) {
      client.on("data", () => undefined);
      return;
    }
    const server = connect(this.target, "127.0.0.1");
    this.#keep(server);
    client.pipe(server).pipe(client);
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
