import { once } from "node:events";
import { createServer } from "node:net";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { LedgerBlock, LedgerReads } from "@scrip/ports";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AskOptions, remoteLedger, serveLedgerReads } from "../src/index.ts";
import { answerMaxBytes, blocksFullBytes, blocksMax } from "../src/limits.ts";

const key = { secret: "a secret of tests", chainId: "scrip.example/test" };
const head = { shard: 2, epoch: 1, nextSeq: 7, chain: "ab".repeat(32) };
const soon = { interval: 2, timeout: 10_000 };

/** A ledger that says what a test wants. */
class SaidLedger implements LedgerReads {
  blocksSaid: LedgerBlock[] = [];
  fault: Error | null = null;
  readonly listeners = new Set<() => void>();
  head = () => (this.fault === null ? Promise.resolve(head) : Promise.reject(this.fault));
  checkpoint = () => Promise.resolve("a note");
  blocks = (fromIndex: number, limit: number) =>
    Promise.resolve(this.blocksSaid.filter((one) => one.fromIndex >= fromIndex).slice(0, limit));
  onProgress = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  close = () => Promise.resolve();
}

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});
const kept = <T extends { close(): Promise<unknown> }>(one: T): T => {
  opened.push(one);
  return one;
};
const at = (port: number, more: Partial<AskOptions> = {}): LedgerReads =>
  kept(remoteLedger({ ...key, url: `http://127.0.0.1:${port}`, ...more }));

async function served(port = 0) {
  const ledger = new SaidLedger();
  const faults: unknown[] = [];
  const failed = (error: unknown) => void faults.push(error);
  const channel = kept(await serveLedgerReads(ledger, { ...key, port, failed }));
  return { ledger, channel, faults };
}

describe("a ledger on another process's port", () => {
  it("is not read by who does not know the secret, or speaks of another chain", async () => {
    const { channel } = await served();
    const strange = at(channel.port, { secret: "another secret" });
    await expect(strange.head(2)).rejects.toMatchObject({ code: "NOT_OURS" });
    const other = at(channel.port, { chainId: "scrip.example/other" });
    await expect(other.head(2)).rejects.toMatchObject({ code: "NOT_OURS" });
    await expect(at(channel.port).head(2)).resolves.toEqual(head);
  });

  it("gives its errors as they are, and no word of those it did not foresee", async () => {
    const { ledger, channel, faults } = await served();
    ledger.fault = new TypeError("a path that nobody has to know");
    await expect(at(channel.port).head(2)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: "it failed there",
    });
    expect(faults).toEqual([ledger.fault]);
    await expect(at(channel.port).head(-1)).rejects.toMatchObject({ code: "CONTRACT_BROKEN" });
  });

  it("is unavailable while nobody serves it, and there again with who does", async () => {
    const { channel } = await served();
    const remote = at(channel.port);
    await remote.head(2);
    await channel.close();
    await expect(remote.head(2)).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    await served(channel.port);
    await expect(remote.head(2)).resolves.toEqual(head);
  });

  it("tells of progress again when its process came back", async () => {
    const first = await served();
    let told = 0;
    at(first.channel.port).onProgress(() => (told += 1));
    await vi.waitFor(() => expect(told).toBe(1), soon);
    await first.channel.close();
    const second = await served(first.channel.port);
    await vi.waitFor(() => expect(told).toBe(2), soon);
    for (const tell of second.ledger.listeners) tell();
    await vi.waitFor(() => expect(told).toBe(3), soon);
  });

  it("gives many and large blocks in as many answers as they need", async () => {
    const { ledger, channel } = await served();
    const small = Array.from({ length: 3 * blocksMax + 1 }, (_, height) => block(height, 8));
    ledger.blocksSaid = small;
    expect(await at(channel.port).blocks(0, 1_000)).toEqual(small);
    expect(await at(channel.port).blocks(4, blocksMax + 1)).toEqual(small.slice(2, blocksMax + 3));
    const large = Array.from({ length: 5 }, (_, height) => block(height, blocksFullBytes / 2));
    ledger.blocksSaid = large;
    const taken = await at(channel.port).blocks(0, 16);
    expect(taken.map(({ height }) => height)).toEqual([0, 1, 2, 3, 4]);
    expect(taken[4]?.entries[0]?.length).toBe(blocksFullBytes / 2);
  });

  it.each([
    ["says something else", (write: (text: string) => void) => write("hello")],
    ["says nothing to the end", (write: (text: string) => void) => write('\0\0\0\x40{"head":1')],
  ])("is corrupt where a server %s", async (_, answer) => {
    const server = createHttpServer((_request, response) => {
      answer((text) => void response.end(text));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(at(port).head(2)).rejects.toMatchObject({ code: "CORRUPT" });
    server.close();
  });

  it("is corrupt where an answer has no end", async () => {
    const server = createHttpServer((_request, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(1_048_576)));
        response.once("drain", more);
      };
      more();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(at(port).head(2)).rejects.toThrow(`more than ${answerMaxBytes}`);
    server.closeAllConnections();
    server.close();
  });

  it("is unavailable where nobody answers in time", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expect(at(port).head(2)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    server.close();
  });
});

const block = (height: number, bytes: number): LedgerBlock => ({
  height,
  fromIndex: 2 * height,
  entries: [new Uint8Array(bytes).fill(height), Uint8Array.of(height)],
  checkpoint: `note ${height}`,
});
