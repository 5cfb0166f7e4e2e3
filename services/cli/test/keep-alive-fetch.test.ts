import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ScripClient, UnreachableError } from "@scrip/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepAliveFetch } from "../src/keep-alive-fetch.ts";

/* Against a real server: what arrives, what comes back, and connections that break. */

const ports = new Set<number | undefined>();
const server = createServer((request, answer) => {
  ports.add(request.socket.remotePort);
  const parts: Buffer[] = [];
  request.on("data", (part: Buffer) => parts.push(part));
  request.on("end", () => {
    if (request.url === "/broken") return void request.socket.destroy();
    if (request.url === "/half") {
      answer.writeHead(200, { "content-length": "100" });
      answer.write("half of it");
      return void setImmediate(() => request.socket.destroy());
    }
    if (request.url === "/silent") return;
    const { method, headers } = request;
    const seen = { method, key: headers["idempotency-key"], body: Buffer.concat(parts).toString() };
    answer.writeHead(request.url === "/no" ? 503 : 200, { "retry-after": "7" });
    answer.end(JSON.stringify(seen));
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("the fetch of the command line", () => {
  const fetch = keepAliveFetch();
  const post = { method: "POST", headers: { "idempotency-key": "k" }, body: '{"name":"Zoë"}' };

  it("sends method, headers and body, and reads status, headers and text", async () => {
    const answer = await fetch(`${url}/yes`, post);
    expect([answer.ok, answer.status, answer.headers.get("retry-after")]).toEqual([true, 200, "7"]);
    expect(answer.headers.get("x-not-there")).toBeNull();
    expect(JSON.parse(await answer.text())).toEqual({ method: "POST", key: "k", body: post.body });
    expect((await fetch(`${url}/no`, post)).ok).toBe(false);
  });

  it("streams a body", async () => {
    const { body } = await fetch(`${url}/yes`, { method: "GET", headers: {} });
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of body ?? []) text += decoder.decode(piece, { stream: true });
    expect(JSON.parse(text)).toEqual({ method: "GET", body: "" });
  });

  it("keeps its connection", async () => {
    ports.clear();
    for (let at = 0; at < 5; at++) await (await fetch(`${url}/yes`, post)).text();
    expect(ports.size).toBe(1);
  });

  it("rejects when the connection breaks, before or in the answer, and when it is told to stop", async () => {
    await expect(fetch(`${url}/broken`, post)).rejects.toThrow("socket hang up");
    const half = await fetch(`${url}/half`, post);
    await expect(half.text()).rejects.toThrow("aborted");
    const stopping = new AbortController();
    const silent = fetch(`${url}/silent`, { ...post, signal: stopping.signal });
    stopping.abort();
    await expect(silent).rejects.toThrow("aborted");
  });

  it("lets a client tell that nobody listens", async () => {
    const client = new ScripClient({ baseUrl: "http://127.0.0.1:1", fetch, attemptsMax: 1 });
    await expect(client.checkpoint()).rejects.toBeInstanceOf(UnreachableError);
  });
});
