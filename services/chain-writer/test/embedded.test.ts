import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Relay } from "@scrip/application";
import { openCardStore } from "@scrip/card-store-lmdb";
import { EmbeddedEventLog } from "@scrip/event-log-embedded";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { openEmbeddedLedger } from "@scrip/ledger-embedded";
import { leafHash } from "@scrip/merkle-log";
import { PortError, type CardStore, type Ledger, type SignedBatch } from "@scrip/ports";
import { createLogger } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain, testSigner, type TestChain } from "@scrip/testing";
import { streamStart, toHex } from "@scrip/wire";
import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { composeWriter, readWriterConfig } from "../src/index.ts";

const suite = sha256Ed25519;
let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "scrip-writer-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Outbox, relay, event log, chain-writer and ledger on the same directories as before. */
async function opened(
  { genesis, acts }: TestChain,
  wrap: (ledger: Ledger) => Ledger = (same) => same,
) {
  const { chainId, shards, writers, operators, receipts, skewMaxMs } = genesis;
  const clock = { nowMs: () => acts.history.nowMs + 20 };
  const cards = await openCardStore({
    directory: join(root, "cards"),
    chainId,
    shards,
    streamStart: (shard) => ({ epoch: 1, seq: 0, chain: streamStart(suite.hash, chainId, shard) }),
  });
  const copy = openFollowerStore({ directory: join(root, "ledger"), chainId });
  const engine = await openEmbeddedLedger({
    directory: join(root, "validators"),
    store: copy,
    chain: { chainId, shards, writers, operators, receipts, skewMaxMs },
    clock,
    suite,
  });
  const ledger = wrap(engine);
  const eventLog = new EmbeddedEventLog();
  const logger = createLogger({ service: "chain-writer", level: "silent" });
  const writer = composeWriter({
    config: readWriterConfig({ SCRIP_WRITER_LINGER_MS: "1" }),
    outbox: cards,
    eventLog,
    ledger,
    signer: testSigner("writer-1"),
    chainId,
    hash: suite.hash,
    logger,
    metrics: new Registry(),
  });
  const observer = { published: vi.fn(), failed: vi.fn(), broken: vi.fn(), missing: vi.fn() };
  const relay = new Relay({ outbox: cards, eventLog, hash: suite.hash, observer });
  const close = async () => {
    await relay.stop();
    await writer.stop();
    await eventLog.close();
    await engine.close();
    await copy.close();
    await cards.close();
  };
  const start = async () => {
    await writer.start();
    await relay.start();
  };
  return { cards, copy, engine, writer, relay, start, close };
}

/** Saves what was acted as the services would: into the outbox, one save for each run of events. */
async function save(cards: CardStore, batches: readonly SignedBatch[]): Promise<void> {
  for (const { header, events } of batches) {
    await cards.save({
      shard: header.shard,
      pointer: null,
      outcome: null,
      cards: [],
      operations: [],
      operationRemoves: [],
      claims: [],
      events: events.map((bytes) => ({ eventId: toHex(leafHash(suite.hash, bytes)), bytes })),
      walletAdds: [],
      walletRemoves: [],
      dueAdds: [],
      dueRemoves: [],
    });
  }
}

/** Waits until the ledger has every event of every shard, and the outbox was trimmed there. */
const drained = ({ cards, engine }: Awaited<ReturnType<typeof opened>>, shards: number) =>
  vi.waitFor(
    async () => {
      for (let shard = 0; shard <= shards; shard++) {
        const { nextSeq, chain } = await engine.head(shard);
        expect(await cards.nextSeq(shard)).toBe(nextSeq);
        expect(await cards.trimPoint(shard)).toMatchObject({ seq: nextSeq, chain });
      }
    },
    { timeout: 20_000 },
  );

it("brings what was saved onto the ledger, across restarts, every event once", async () => {
  const chain = testChain();
  const { acts, genesis } = chain;
  const first = await opened(chain);
  acts.open(20);
  await save(first.cards, acts.history.takeBatches(7));
  await first.start();
  const ids = acts.stock(20);
  await save(first.cards, acts.history.takeBatches(7));
  await drained(first, genesis.shards);
  for (const id of ids) acts.spendCard(id, 100);
  await save(first.cards, acts.history.takeBatches(3));
  await first.close();

  const second = await opened(chain);
  await second.start();
  await drained(second, genesis.shards);
  const entries = second.copy.entries(0, second.copy.size());
  const hashes = entries.map((entry) => toHex(leafHash(suite.hash, entry)));
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(await second.writer.readiness.check()).toBeUndefined();
  await second.close();
}, 60_000);

it("has one effect when the ledger's answers are lost", async () => {
  const chain = testChain();
  const { acts, genesis } = chain;
  let submissions = 0;
  const forgetful = (ledger: Ledger): Ledger => ({
    submit: async (batch) => {
      const result = await ledger.submit(batch);
      submissions += 1;
      if (submissions % 2 === 1) {
        throw new PortError("UNAVAILABLE", "no answer", { outcomeKnown: false });
      }
      return result;
    },
    head: (shard) => ledger.head(shard),
    blocks: (from, limit) => ledger.blocks(from, limit),
    checkpoint: () => ledger.checkpoint(),
    onProgress: (listener) => ledger.onProgress(listener),
    close: () => ledger.close(),
  });
  const all = await opened(chain, forgetful);
  await all.start();
  acts.open(10);
  const ids = acts.stock(10);
  await save(all.cards, acts.history.takeBatches(5));
  for (const id of ids) acts.spendCard(id, 50);
  await save(all.cards, acts.history.takeBatches(5));
  await drained(all, genesis.shards);
  expect(await all.writer.readiness.check()).toBeUndefined();
  expect(submissions).toBeGreaterThan(3);
  await all.close();
}, 60_000);

it("does not start on an old copy of the card store", async () => {
  const chain = testChain();
  const { acts, genesis } = chain;
  const first = await opened(chain);
  await first.start();
  acts.open(1);
  await save(first.cards, acts.history.takeBatches(10));
  await drained(first, genesis.shards);
  await first.close();
  await rm(join(root, "cards"), { recursive: true });

  const second = await opened(chain);
  await expect(second.start()).rejects.toThrow(/shard 4: .*the store is an old copy/);
  await second.close();
}, 60_000);
