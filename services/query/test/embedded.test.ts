import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyFile } from "@scrip/client";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { openEmbeddedLedger } from "@scrip/ledger-embedded";
import { leafHash } from "@scrip/merkle-log";
import { buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain, testSigner, type TestChain } from "@scrip/testing";
import { formatCardId, formatEventId, toHex, type HistoryAnswer } from "@scrip/wire";
import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { composeQuery } from "../src/index.ts";
import { TestCallers } from "./callers.ts";
import { distributed, onlineRecord, spent } from "./coded-card.ts";

const suite = sha256Ed25519;
let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "scrip-query-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Ledger and query service on the same directories as before. */
async function opened({ genesis, acts }: TestChain) {
  const { chainId, shards, writers, operators, receipts, skewMaxMs } = genesis;
  const clock = { nowMs: () => acts.history.nowMs + 20 };
  const validators = openFollowerStore({ directory: join(root, "ledger"), chainId });
  const ledger = await openEmbeddedLedger({
    directory: join(root, "validators"),
    store: validators,
    chain: { chainId, shards, writers, operators, receipts, skewMaxMs },
    clock,
    suite,
  });
  const store = openFollowerStore({ directory: join(root, "copy"), chainId });
  const logger = createLogger({ service: "query", level: "silent" });
  const metrics = new Registry();
  const query = composeQuery({
    ledger,
    store,
    online: { card: (cardId) => Promise.resolve(onlineRecord(acts.history, { cardId })) },
    outbox: null,
    mending: null,
    logWithinMs: 60_000,
    suite,
    chainId,
    policy: ledger.policy([]),
    logKey: testSigner(chainId),
    clock,
    logger,
    metrics,
  });
  const callers = new TestCallers();
  const lifecycle = new Lifecycle();
  const app = await buildApp({
    api: { title: "q", version: "1" },
    callers,
    logger,
    registry: metrics,
    lifecycle,
  });
  query.registerRoutes(app);
  await query.start();
  const close = async () => {
    await app.close();
    await query.stop();
    await store.close();
    await ledger.close();
    await validators.close();
  };
  /** Submits everything acted so far. */
  const submitted = async () => {
    const results = await Promise.all(
      acts.history.takeBatches(100).map((batch) => ledger.submit(batch)),
    );
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["COMMITTED"]));
  };
  const get = async (url: string, headers: object = callers.key("OPERATOR")) =>
    await app.inject({ url, headers: { ...headers } });
  return { ledger, query, app, get, submitted, close };
}

it("follows an embedded ledger on disk, and goes on after a restart of both", async () => {
  const chain = testChain();
  const { history } = chain.acts;
  const first = await opened(chain);
  chain.acts.open(4);
  await first.submitted();
  const card = distributed(history);
  const sale = spent(history, card, 700);
  if (sale === null) throw new Error("a sale");
  const bytes = history.queue({ ...sale, opId: history.fresh("operation") as typeof sale.opId });
  const eventId = toHex(leafHash(suite.hash, bytes));
  const waiting = first.query.finality.waitFor(eventId, 20_000);
  // The copy of the sale does not follow from the card any more, so the ledger rejects it.
  await first.submitted();
  expect(await waiting).toBe("REJECTED");
  expect((await first.get(`/v1/events/${formatEventId(eventId)}`)).json()).toMatchObject({
    finality: "REJECTED",
  });
  await first.close();

  const second = await opened(chain);
  const id = formatCardId(card.cardId);
  const answer: HistoryAnswer = (await second.get(`/v1/cards/${id}/history`)).json();
  expect(answer.events.map(({ type, finality }) => `${type} ${finality}`)).toEqual([
    "CardsGenerated COMMITTED",
    "CardsAcquired COMMITTED",
    "CardsDistributed COMMITTED",
    "CardWrittenOff COMMITTED",
    "CardWrittenOff REJECTED",
  ]);
  const written = answer.events[3]?.eventId ?? "";
  const { body: policy } = await second.get("/v1/ledger/policy");
  const { body: file } = await second.get(`/v1/events/${written}/proof`);
  const claim = verifyFile({ file, policy, eventId: written, nowMs: 0, suite });
  expect(claim).toMatchObject({
    kind: "event",
    event: { type: "CardWrittenOff", actor: "operator" },
  });
  const proof = await second.get(`/v1/cards/${id}/proof`);
  expect(verifyFile({ file: proof.body, policy, card: id, nowMs: 0, suite })).toMatchObject({
    kind: "card",
    state: { diverged: true },
  });
  await second.close();
}, 60_000);
