import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Routed, routedFetch } from "./routed-fetch.ts";

/** One address for all services, as a gateway in front of them gives it. */
export interface Front {
  readonly url: string;
  close(): void;
}

/** Headers of a connection, which are of the next one's own making. */
const hopByHop = ["connection", "content-length", "host", "keep-alive", "transfer-encoding"];

export async function startFront(services: readonly (readonly string[])[]): Promise<Front> {
  const send: Routed = await routedFetch(services);
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const { method = "GET", url = "/", headers } = request;
      const own = Object.entries(headers).filter(([name]) => !hopByHop.includes(name));
      const answer = await send(`http://scrip.test${url}`, {
        method,
        headers: Object.fromEntries(own.map(([name, value]) => [name, String(value)])),
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks).toString("utf8") }),
      });
      const kept = [...answer.headers].filter(([name]) => !hopByHop.includes(name));
      response.writeHead(answer.status, Object.fromEntries(kept));
      response.end(Buffer.from(await answer.arrayBuffer()));
    })().catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
