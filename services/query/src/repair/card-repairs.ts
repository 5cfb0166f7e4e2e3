import {
  backoffMs,
  Bell,
  type CardRepair,
  type Pause,
  repairCard,
  type RepairPorts,
  systemPause,
} from "@scrip/application";
import { type CardId, leavesOf } from "@scrip/domain";
import { type FollowedBlock, listOfRejections } from "@scrip/ledger-state";
import { PortError } from "@scrip/ports";
import { formatCardId } from "@scrip/wire";
import type { FastifyBaseLogger } from "fastify";
import { Counter, Gauge, type Registry } from "prom-client";
import {
  divergedCardsMax,
  followRetryFirstMs,
  followRetryMaxMs,
  rejectionsPageEvents,
} from "../limits.ts";
import type { CopyReads } from "../proofs/checked-reads.ts";
import { logEventAt } from "../reading/log-event.ts";

export interface CardRepairsWiring extends RepairPorts {
  readonly copy: CopyReads;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Registry;
  readonly pause?: Pause;
}

/**
 * Brings the card store to what the verified copy says of cards whose events the ledger refused: suspended while they
 * wait for an operator, and as the operator has set them afterwards. It keeps nothing of its own: at start every
 * rejection of the copy is looked at again.
 */
export class CardRepairs {
  readonly #wiring: CardRepairsWiring;
  readonly #pause: Pause;
  readonly #bell = new Bell();
  readonly #stopped = new AbortController();
  readonly #waiting = new Set<CardId>();
  /** Cards to look at again when the copy has more of the ledger. */
  readonly #behind = new Set<CardId>();
  readonly #diverged = new Set<CardId>();
  readonly #repairs: Counter<"what">;
  #running: Promise<void> = Promise.resolve();

  constructor(wiring: CardRepairsWiring) {
    this.#wiring = wiring;
    this.#pause = wiring.pause ?? systemPause;
    this.#repairs = new Counter({
      name: "scrip_card_repairs_total",
      help: "Cards suspended because the ledger refused an event of theirs, and cards set anew by an operator.",
      labelNames: ["what"],
      registers: [wiring.metrics],
    });
    const diverged = this.#diverged;
    wiring.metrics.registerMetric(
      new Gauge({
        name: "scrip_diverged_cards",
        help: "Cards suspended until an operator reconciles them.",
        registers: [],
        collect() {
          this.set(diverged.size);
        },
      }),
    );
  }

  /** Cards that wait for an operator, as far as they are counted. */
  get diverged(): number {
    return this.#diverged.size;
  }

  /** Looks at everything that was ever refused, then at what comes. @throws PortError when that is not possible */
  async start(): Promise<void> {
    const { copy } = this.#wiring;
    for (let after = -1; ;) {
      const page = copy.listed(listOfRejections, after, rejectionsPageEvents);
      for (const index of page) {
        for (const cardId of cardsOf(logEventAt(copy, index).event)) await this.repair(cardId);
      }
      if (page.length < rejectionsPageEvents) break;
      after = page.at(-1) ?? after;
    }
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#bell.ring();
    await this.#running;
  }

  /** What a block tells of cards that are not on their ordinary way. */
  followed({ events }: FollowedBlock): void {
    for (const { entry, reason } of events) {
      const event = entry?.event ?? null;
      if (reason === null && event?.type !== "CardReconciled") continue;
      for (const cardId of cardsOf(event)) this.#waiting.add(cardId);
    }
    if (this.#waiting.size > 0) this.#bell.ring();
  }

  /** The copy has everything that the ledger has: what had to wait for that is looked at. */
  caughtUp(): void {
    if (this.#behind.size === 0) return;
    for (const cardId of this.#behind) this.#waiting.add(cardId);
    this.#behind.clear();
    this.#bell.ring();
  }

  /** Brings one card to where the verified copy has it. */
  async repair(cardId: CardId): Promise<CardRepair> {
    const done = await repairCard(this.#wiring, cardId);
    const born = this.#wiring.ledger.card(cardId) !== undefined;
    if (born && (done === "SUSPENDED" || done === "APART")) {
      if (this.#diverged.size < divergedCardsMax) this.#diverged.add(cardId);
    } else if (done === "BEHIND") this.#behind.add(cardId);
    else this.#diverged.delete(cardId);
    if (done === "SUSPENDED" || done === "RECONCILED") this.#tell(cardId, done, born);
    return done;
  }

  #tell(cardId: CardId, done: "SUSPENDED" | "RECONCILED", born: boolean): void {
    const { logger } = this.#wiring;
    const about = { cardId: formatCardId(cardId) };
    this.#repairs.inc({ what: done });
    if (done === "RECONCILED") logger.info(about, "the card goes on as an operator has set it");
    else if (born) logger.error(about, "the ledger rejected an event of the card: it is suspended");
    else logger.error(about, "the ledger refused the card's birth: it is suspended for good");
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopped.signal.aborted;) {
      const [next] = this.#waiting;
      if (next === undefined) {
        await this.#bell.rung();
        continue;
      }
      try {
        // Before the look: what a block says from here on is looked at once more.
        this.#waiting.delete(next);
        await this.repair(next);
        failures = 0;
      } catch (error) {
        this.#wiring.logger.error({ err: error, cardId: next }, "could not repair a card");
        if (!(error instanceof PortError && error.retryable)) continue;
        this.#waiting.add(next);
        failures += 1;
        const bounds = { firstMs: followRetryFirstMs, maxMs: followRetryMaxMs };
        await this.#pause(backoffMs(failures, bounds), this.#stopped.signal);
      }
    }
  }
}

type LogEventOf = ReturnType<typeof logEventAt>["event"];

const cardsOf = (event: LogEventOf): readonly CardId[] =>
  event === null ? [] : leavesOf(event).cards;
