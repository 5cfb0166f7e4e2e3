import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A wire to a server that can be cut. */
export interface Proxy {
  readonly port: number;
  /** What the server answers from now on is lost, and with it the connection: after it did what it was asked. */
  loseAnswers(): void;
  /** What is sent from now on is lost, and with it the connection: before the server heard of it. */
  loseCommands(): void;
  /** Nothing that is sent or answered from now on arrives, and nobody is told. */
  goSilent(): void;
  /** Connections that come from now on are good ones. */
  mend(): void;
  close(): Promise<void>;
}

type Mode = "GOOD" | "LOSE_ANSWERS" | "LOSE_COMMANDS" | "SILENT";

/** Stands before the server on this port of 127.0.0.1. */
export async function proxyTo(serverPort: number): Promise<Proxy> {
  let mode: Mode = "GOOD";
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const behind = connect(serverPort, "127.0.0.1");
    const both = [client, behind];
    const cut = (): void => both.forEach((socket) => socket.destroy());
    let deaf = false;
    const relay = (from: Socket, to: Socket, loses: Mode): void => {
      open.add(from);
      from.on("error", cut);
      from.on("close", () => {
        open.delete(from);
        cut();
      });
      from.on("data", (bytes) => {
        deaf ||= mode === "SILENT";
        if (deaf) return;
        if (mode === loses) cut();
        else to.write(bytes);
      });
    };
    relay(client, behind, "LOSE_COMMANDS");
    relay(behind, client, "LOSE_ANSWERS");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    loseAnswers: () => void (mode = "LOSE_ANSWERS"),
    loseCommands: () => void (mode = "LOSE_COMMANDS"),
    goSilent: () => void (mode = "SILENT"),
    mend: () => void (mode = "GOOD"),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
