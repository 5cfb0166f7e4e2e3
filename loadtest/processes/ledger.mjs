// A filled outbox on its way to the verified copy of the ledger: relay, event log, chain-writer, ledger with four
// cosigners, follower. Each as the product composes it, over a data directory that the product has made; no HTTP.
import { openAdapters } from "@scrip/all";
import { Turns, writeOff } from "@scrip/application";
import { composeWriter, readWriterConfig } from "@scrip/chain-writer";
import { amount, participantId, shardOf, unit } from "@scrip/domain";
import { composeQuery } from "@scrip/query";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { composeRelay } from "@scrip/relay";
import { ledgerScript } from "@scrip/local-ledger";
import { Closing, createLogger, openDataDirectory } from "@scrip/service-kit";
import { cardIdOfCode, opIdOf, parseCode } from "@scrip/wire";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "prom-client";
import { answer, serveBench } from "../harness/probe.mjs";

const [dataDir = "", codesFile = ""] = process.argv.slice(2);
const commitWaitMaxMs = 600_000;
const lookEveryMs = 5;
/** Write-offs under way at once while the outbox is filled. */
const fillingMax = 200;

const directory = openDataDirectory(dataDir);
const { chainId } = directory.settings;
const closing = new Closing();
const logger = createLogger({ service: "bench", level: "warn" });
const adapters = await openAdapters(directory, closing, ledgerScript());
const { cards, ledger, eventLog, clock, identity, holders, suite, writer: signer } = adapters;
const { hash } = suite;

const queryPorts = {
  ledger,
  store: adapters.follower,
  online: cards,
  outbox: cards,
  mending: null,
  logWithinMs: 60_000,
  suite,
  chainId,
  policy: adapters.policy,
  logKey: adapters.log,
  clock,
  logger,
  metrics: new Registry(),
};
const query = composeQuery(queryPorts);
await query.start();
closing.add("query", () => query.stop());
const writer = composeWriter({
  config: readWriterConfig({}),
  outbox: cards,
  eventLog,
  ledger,
  signer,
  chainId,
  hash,
  logger,
  metrics: new Registry(),
});
await writer.start();
closing.add("chain-writer", () => writer.stop());

const cardIds = readFileSync(codesFile, "utf8")
  .trim()
  .split("\n")
  .map((text) => {
    const code = parseCode(text);
    if (code === null) throw new Error("not a card code");
    return cardIdOfCode(hash, code);
  });
const ports = { store: cards, vault: holders, registry: query.registry, clock, identity, hash };
const turns = new Turns();
const acceptor = participantId("acceptor");
const terms = {
  caller: acceptor,
  acceptor,
  amount: amount(1),
  unit: unit("EUR"),
  allowPartial: false,
  minimumAvailable: amount(0),
  reference: null,
  businessAtMs: null,
  maySee: () => true,
};
let asked = 0;
/** Events of the last filling, by shard in the order of the stream. @type {Map<number, string[]>} */
const filled = new Map();

answer("fill", async (/** @type {number} */ events) => {
  filled.clear();
  const until = asked + events;
  const worker = async () => {
    while (asked < until) await nextWriteOff();
  };
  await Promise.all(Array.from({ length: fillingMax }, worker));
});

async function nextWriteOff() {
  const nth = asked;
  asked += 1;
  const cardId = cardIds[nth % cardIds.length];
  if (cardId === undefined) throw new Error("there are no cards");
  const opId = opIdOf(hash, acceptor, `ledger ${nth}`);
  const result = await writeOff(ports, turns, { ...terms, opId, tender: { kind: "CODE", cardId } });
  if (result.kind !== "OUTCOME" || result.outcome.eventId === null)
    throw new Error(`write-off ${nth} was not accepted: ${JSON.stringify(result)}`);
  const shard = shardOf(cardId, cards.shards);
  const eventIds = filled.get(shard) ?? [];
  filled.set(shard, eventIds);
  eventIds.push(result.outcome.eventId);
}

answer("drain", async () => {
  const relay = composeRelay({
    outbox: cards,
    eventLog,
    hash,
    sweeping: { store: cards, registry: query.registry, clock, identity },
    logger,
    metrics: new Registry(),
  });
  const sizeBefore = adapters.follower.size();
  // The relay first checks the whole outbox; what is measured begins where it begins to publish.
  await relay.start();
  const startedAt = performance.now();
  const lastOfEach = [...filled.values()].flatMap((eventIds) => eventIds.slice(-1));
  await Promise.all(lastOfEach.map((id) => query.finality.waitFor(id, commitWaitMaxMs)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const blocks = adapters.follower.blocks(sizeBefore, Number.MAX_SAFE_INTEGER).length;
  await relay.stop();
  return { seconds, blocks };
});

/** Blocks in the new copy, and the time from its first question to the ledger until it has everything. */
answer("rebuild", async (/** @type {string} */ place) => {
  const store = openFollowerStore({ directory: place, chainId });
  const copy = composeQuery({ ...queryPorts, store, metrics: new Registry() });
  const startedAt = performance.now();
  await copy.start();
  while ((await copy.readiness.check()) !== undefined) await sleep(lookEveryMs);
  const seconds = (performance.now() - startedAt) / 1_000;
  const entries = store.size();
  await copy.stop();
  await store.close();
  if (entries !== adapters.follower.size()) throw new Error("the new copy is not complete");
  return { seconds, entries };
});

answer("requireCommitted", async () => {
  const eventIds = [...filled.values()].flat();
  const states = await Promise.all(eventIds.map((eventId) => query.finality.of(eventId)));
  const others = states.filter((state) => state !== "COMMITTED");
  if (others.length > 0)
    throw new Error(
      `${others.length} of ${states.length} events are ${[...new Set(others)].join(" or ")}`,
    );
});

serveBench("", async () => {
  await closing.closeAll(logger);
});
