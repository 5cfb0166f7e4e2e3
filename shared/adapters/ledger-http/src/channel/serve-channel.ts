import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PortError } from "@scrip/ports";
import { questionMaxBytes, questionsMax } from "../limits.ts";
import { carried, type ChannelKey, requireSame } from "./channel.ts";
import { encodeFrame, type Frame } from "./frame.ts";

/** Answers one kind of question; who held it as long as it could answers what is true then. */
export type Route = (asked: unknown, gone: AbortSignal) => Promise<Frame>;

export interface ServeOptions extends ChannelKey {
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  /** Hears what failed here for no reason that the port knows. */
  readonly failed?: (error: unknown) => void;
}

/** A channel that is served. */
export interface ServedChannel {
  readonly port: number;
  /** Ends what is held, and then all connections. */
  close(): Promise<void>;
}

const host = "127.0.0.1";

/** Serves questions by name on loopback. @throws Error EADDRINUSE and the like */
export async function serveChannel(
  routes: Readonly<Record<string, Route>>,
  options: ServeOptions,
): Promise<ServedChannel> {
  const closing = new AbortController();
  let underWay = 0;
  const server = createServer((request, response) => {
    underWay += 1;
    response.once("close", () => (underWay -= 1));
    void (async () => {
      try {
        if (underWay > questionsMax) throw new PortError("UNAVAILABLE", "too many ask at once");
        requireSame(options, request.headers);
        const route = Object.hasOwn(routes, nameOf(request)) ? routes[nameOf(request)] : undefined;
        if (route === undefined) throw new PortError("NOT_OURS", "there is no such question");
        const asked = await questionOf(request);
        const gone = new AbortController();
        response.once("close", () => gone.abort());
        const frame = await route(asked, AbortSignal.any([gone.signal, closing.signal]));
        send(response, 200, encodeFrame(frame));
      } catch (error) {
        if (!(error instanceof PortError)) options.failed?.(error);
        send(response, 503, Buffer.from(JSON.stringify(carried(error))));
      }
    })();
  });
  server.maxConnections = questionsMax;
  server.listen(options.port, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { port, close: () => close(server, closing) };
}

async function close(server: Server, closing: AbortController): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  closing.abort();
  // Answers that were held leave in this turn; connections that are kept open would never end by themselves.
  setImmediate(() => server.closeIdleConnections());
  const rest = setTimeout(() => server.closeAllConnections(), closeMaxMs);
  await closed;
  clearTimeout(rest);
}

/** How long answers under way may take to leave when the channel closes, milliseconds. */
const closeMaxMs = 500;

const nameOf = ({ url = "" }: IncomingMessage): string => url.slice(1);

async function questionOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > questionMaxBytes)
      throw new PortError("CONTRACT_BROKEN", "the question is too long");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (cause) {
    throw new PortError("CONTRACT_BROKEN", "the question is no JSON", { cause });
  }
}

function send(response: ServerResponse, status: number, body: Buffer): void {
  if (response.destroyed) return;
  const type = status === 200 ? "application/octet-stream" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": body.length });
  response.end(body);
}
