import { ReceiptSigner, Receipts, type Pause } from "@scrip/application";
import { composeWriter, readWriterConfig } from "@scrip/chain-writer";
import { registerBinding } from "@scrip/binding";
import { participantId } from "@scrip/domain";
import { registerIssuance } from "@scrip/issuance";
import { composeQuery } from "@scrip/query";
import { composeRelay } from "@scrip/relay";
import { buildApp, type Closing, type Lifecycle, localNameOf } from "@scrip/service-kit";
import { registerWriteOff } from "@scrip/write-off";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { Registry as Metrics } from "prom-client";
import type { Adapters } from "./container.ts";
import { describedRoutes } from "./described-routes.ts";

interface Wiring {
  readonly adapters: Adapters;
  readonly chainId: string;
  /** Within which time of its own an event is promised to be on the ledger, milliseconds. */
  readonly logWithinMs: number;
  readonly logger: FastifyBaseLogger;
  readonly lifecycle: Lifecycle;
  readonly closing: Closing;
  /** Waits between two rounds of the sweeper; tests pass one of their own. */
  readonly sweepPause?: Pause;
}

/** All services over one set of adapters, their routes on one app. Started, not yet listening. */
export async function composeAll(wiring: Wiring): Promise<FastifyInstance> {
  const { adapters, chainId, logWithinMs, logger, lifecycle, closing } = wiring;
  const { cards, ledger, eventLog, clock, suite } = adapters;
  const metrics = new Metrics();

  const query = composeQuery({
    ledger,
    store: adapters.follower,
    online: cards,
    outbox: cards,
    mending: {
      store: cards,
      vault: adapters.holders,
      identity: adapters.identity,
      operator: adapters.operator,
    },
    logWithinMs,
    suite,
    chainId,
    policy: adapters.policy,
    logKey: adapters.log,
    clock,
    logger,
    metrics,
  });
  const { identity } = adapters;
  const { finality } = query;
  const relay = composeRelay({
    outbox: cards,
    eventLog,
    hash: suite.hash,
    sweeping: { store: cards, registry: query.registry, finality, clock, identity },
    ...(wiring.sweepPause === undefined ? {} : { sweepPause: wiring.sweepPause }),
    logger,
    metrics,
  });
  const writer = composeWriter({
    config: readWriterConfig(process.env),
    outbox: cards,
    eventLog,
    ledger,
    signer: adapters.writer,
    chainId,
    hash: suite.hash,
    logger,
    metrics,
  });
  const app = await buildApp({
    api: {
      title: "Scrip",
      version: "0.1.0",
      description: "Gift cards and points that anybody can check.",
      routes: describedRoutes,
    },
    callers: adapters.callers,
    logger,
    registry: metrics,
    lifecycle,
    readiness: [...adapters.readiness, query.readiness, relay.readiness, writer.readiness],
  });

  const ports = {
    store: cards,
    vault: adapters.holders,
    registry: query.registry,
    clock,
    identity,
    hash: suite.hash,
  };
  const { hash } = suite;
  const signing = { hash, logOrigin: chainId, signer: adapters.receipts, logWithinMs };
  // One signer for all services of the process: whatever one sync to disk has saved shares a signature.
  const receipts = new Receipts({ signer: new ReceiptSigner(signing), outbox: cards, hash });
  // A local data directory registers participants on first use; elsewhere an operator does.
  const firstUse = { registers: true, operator: participantId(localNameOf("OPERATOR")) };
  const issuance = registerIssuance(app, {
    ports,
    batchVault: adapters.batches,
    callers: adapters.callers,
    finality,
    receipts,
    firstUse,
    logger,
  });
  registerBinding(app, { ports, finality, receipts });
  registerWriteOff(app, { ports, finality, receipts, firstUse });
  query.registerRoutes(app);

  // Downstream first: what is published finds its consumer, what is committed its follower.
  await query.start();
  closing.add("query", () => query.stop());
  await writer.start();
  closing.add("chain-writer", () => writer.stop());
  await relay.start();
  closing.add("relay", () => relay.stop());
  // Only now: the writer has found store and ledger to be one history.
  await query.startMending();
  await issuance.resume(query.registry.batches());
  closing.add("issuance", () => issuance.stop());
  // A copy that was behind, or is made from nothing, knows of all batches only now.
  void query
    .untilCaughtUp()
    .then(() => issuance.resume(query.registry.batches()))
    .catch((error: unknown) => {
      if (!lifecycle.stopping) logger.error({ err: error }, "could not resume the work on batches");
    });
  return app;
}
