import type { CommittedFeed, Finality, Registry } from "@scrip/ports";
import type { ReadinessCheck } from "@scrip/service-kit";
import type { FastifyInstance } from "fastify";
import { queryContainer, type QueryPorts } from "./container.ts";
import { onceCaughtUp } from "./follow/once-caught-up.ts";
import { batchCardsRoute } from "./routes/batch-cards.route.ts";
import { cardRoutes } from "./routes/card.route.ts";
import { eventRoutes } from "./routes/event.route.ts";
import { historyRoute } from "./routes/history.route.ts";
import { ledgerPolicyRoute, ledgerStatusRoute } from "./routes/ledger.route.ts";
import { logRoutes } from "./routes/log.route.ts";
import { programEventsRoute } from "./routes/program-events.route.ts";
import { reconcileRoute } from "./repair/reconcile.route.ts";
import { rejectionsRoute } from "./repair/rejections.route.ts";
import { writeOffsRoute } from "./routes/write-offs.route.ts";
import { promisesRoute } from "./routes/promises.route.ts";
import { tokens } from "./tokens.ts";
import { verifyRoute } from "./verify/verify.route.ts";

export type { MendingPorts, QueryPorts } from "./container.ts";

/** A follower of the ledger and what it lets others read. */
export interface QueryService {
  /** How final an event is, by the verified copy. */
  readonly finality: Finality;
  /** Programs, batches and participants as COMMITTED. Empty before `start`. */
  readonly registry: Registry;
  /** The same for other processes. Answers once the service has started. */
  readonly feed: CommittedFeed;
  readonly readiness: ReadinessCheck;
  /** Adds the routes; they answer once the service has started. */
  registerRoutes(app: FastifyInstance): void;
  /** Opens the verified copy and begins to follow. @throws LedgerStateError STATE_CORRUPT; PortError */
  start(): Promise<void>;
  /** Resolves once the copy has had everything of the ledger since the process started, be it made from nothing. */
  untilCaughtUp(): Promise<void>;
  /**
   * Begins to mend the card store, where it can be written: suspends cards that the ledger refused an event of, and sets
   * those that an operator has reconciled. Once it is known that store and ledger are one history. @throws PortError
   */
  startMending(): Promise<void>;
  /** Ends after the block under way; who still waits for finality gets what is true now. */
  stop(): Promise<void>;
}

/** Routes that answer from the verified copy. */
const copiedRoutes = [
  cardRoutes,
  historyRoute,
  batchCardsRoute,
  programEventsRoute,
  writeOffsRoute,
  eventRoutes,
  logRoutes,
  ledgerPolicyRoute,
  rejectionsRoute,
  reconcileRoute,
  verifyRoute,
];

/** Follows the ledger, checks it, serves state, history and proofs. */
export function composeQuery(ports: QueryPorts): QueryService {
  const container = queryContainer(ports);
  const following = container.resolve(tokens.following);
  const finality = container.resolve(tokens.finality);
  return {
    finality,
    registry: container.resolve(tokens.registry),
    feed: container.resolve(tokens.feed),
    readiness: container.resolve(tokens.watch),
    registerRoutes: (app) => {
      // These two say themselves how far the copy is, or what it does not know.
      ledgerStatusRoute(app, container);
      promisesRoute(app, container);
      void app.register((copied, _options, done) => {
        onceCaughtUp(copied, () => container.resolve(tokens.catchingUp)());
        for (const register of copiedRoutes) register(copied, container);
        done();
      });
    },
    start: async () => {
      await following.start();
      // What the copy has is checked against the follower's state, so this comes after it is open.
      container.resolve(tokens.registrySource).catchUp();
      container.resolve(tokens.promiseWatch)?.start();
    },
    untilCaughtUp: () => container.resolve(tokens.watch).untilCaughtUp(),
    startMending: async () => {
      await container.resolve(tokens.repairs)?.start();
    },
    stop: async () => {
      await container.resolve(tokens.promiseWatch)?.stop();
      await following.stop();
      await container.resolve(tokens.repairs)?.stop();
      finality.close();
      await container.resolve(tokens.feed).close();
    },
  };
}
