import { composeAll, type Adapters } from "@scrip/all";
import type { BatchId } from "@scrip/domain";
import { EmbeddedEventLog } from "@scrip/event-log-embedded";
import { openEmbeddedLedger } from "@scrip/ledger-embedded";
import { epochFirst } from "@scrip/ledger-state";
import { roles, type HolderIdentity } from "@scrip/ports";
import { apiKeyHash, Closing, createLogger, Lifecycle } from "@scrip/service-kit";
import { ed25519Signer, noteSigner, sha256Ed25519 } from "@scrip/signing";
import {
  FixedClock,
  MemoryBatchVault,
  MemoryCallerDirectory,
  MemoryCardDisk,
  MemoryCardStore,
  MemoryDisk,
  MemoryFollowerStore,
  MemoryHolderVault,
  type MemoryKeys,
  SeededIdentity,
} from "@scrip/testing";
import { streamStart, toHex } from "@scrip/wire";
import { Faults } from "./fault-plan.ts";

const chainId = "scrip.example/simulation";
const shards = 4;
const suite = sha256Ed25519;
const often = { before: 0.04, after: 0.04 };
const seldom = { before: 0.02, after: 0.02 };
const onlyDead = { before: 0, after: 0 };
const repeats = 0.1;

type App = Awaited<ReturnType<typeof composeAll>>;
type Signer = Adapters["writer"];

/** An answer of the system under test. */
export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads answers of every shape
  readonly json: any;
}

/** The whole system in this process, on disks in memory that outlive it, with a clock and chance of the test's own. */
export class World {
  readonly clock = new FixedClock();
  readonly faults: Faults;
  readonly #identity: SeededIdentity;
  readonly #directory: string;
  readonly #cards = new MemoryCardDisk(shards, (shard) => ({
    epoch: epochFirst,
    seq: 0,
    chain: streamStart(suite.hash, chainId, shard),
  }));
  readonly #holders = new Map<string, HolderIdentity>();
  readonly #seeds = new Map<BatchId, Uint8Array | "WIPED">();
  readonly #callers: MemoryKeys = [];
  readonly #ledgerDisk = new MemoryDisk();
  #followerDisk = new MemoryDisk();
  #app: App | null = null;
  #wakeSweeper: () => void = () => undefined;
  #sweeperRests: () => void = () => undefined;
  #closing = new Closing();

  /** @param directory keeps the validators' keys and signatures: the one thing that is not in memory */
  constructor(seed: number, directory: string) {
    this.faults = new Faults(seed);
    this.#identity = new SeededIdentity(`simulation ${seed}`);
    this.#directory = directory;
  }

  async start(): Promise<void> {
    this.#closing = new Closing();
    const logger = createLogger({ service: "simulation", level: "silent" });
    const lifecycle = new Lifecycle();
    const adapters = await this.#adapters();
    const closing = this.#closing;
    const logWithinMs = 60_000;
    const rested = this.#rested();
    this.#app = await composeAll({
      adapters,
      chainId,
      logWithinMs,
      logger,
      lifecycle,
      closing,
      sweepPause: (_, signal) => this.#rest(signal),
    });
    await this.#app.ready();
    await rested;
  }

  /** One round of the sweeper, which otherwise rests: chance and time are the test's own. */
  async sweep(): Promise<void> {
    const rested = this.#rested();
    this.#wakeSweeper();
    await rested;
  }

  /** Resolves when the sweeper rests again. */
  #rested(): Promise<void> {
    return new Promise((resolve) => {
      this.#sweeperRests = resolve;
    });
  }

  #rest(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeSweeper = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#sweeperRests();
    });
  }

  /**
   * Ends everything, in order or as a crash does, and starts it again, perhaps with an empty copy for the query
   * service. Nothing fails during the start: a process that cannot start is started again until it can.
   */
  async restart(how: "IN_ORDER" | "CRASH" | "WITHOUT_COPY"): Promise<void> {
    this.faults.dead = how === "CRASH";
    await this.stop();
    this.faults.dead = false;
    if (how === "WITHOUT_COPY") this.#followerDisk = new MemoryDisk();
    this.faults.armed = false;
    await this.start();
    this.faults.armed = true;
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    await this.#closing.closeAll(createLogger({ service: "simulation", level: "silent" }));
  }

  async ask(
    method: "GET" | "POST",
    url: string,
    asked: { readonly role?: string; readonly key?: string; readonly body?: object } = {},
  ): Promise<Answer> {
    if (this.#app === null) throw new Error("it is not started");
    const { role, key, body } = asked;
    const response = await this.#app.inject({
      method,
      url,
      headers: {
        ...(role === undefined ? {} : { authorization: `Bearer sk_${role}` }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const type = String(response.headers["content-type"]);
    return {
      status: response.statusCode,
      json: type.includes("json") ? response.json() : response.payload,
    };
  }

  /** Next numbers and chains of every stream, as the card store has them: what was decided, to the byte. */
  streams(): unknown {
    return this.#cards.streams.map(({ trimPoint, events }) => ({
      ...trimPoint,
      waiting: events.length,
    }));
  }

  async #adapters(): Promise<Adapters> {
    const { clock, faults } = this;
    const closing = this.#closing;
    const store = new MemoryFollowerStore(this.#ledgerDisk);
    closing.add("ledger's store", () => store.close());
    const [writer, operator, receipts, log] = ["writer", "operator", "receipts", "log"].map(
      (name, at): Signer => ed25519Signer(keyName(name), new Uint8Array(32).fill(at + 1)),
    ) as [Signer, Signer, Signer, Signer];
    const named = ({ name, publicKey }: Signer) => ({ name, publicKey: toHex(publicKey) });
    const ledger = await openEmbeddedLedger({
      directory: this.#directory,
      store,
      suite,
      clock,
      chain: {
        chainId,
        shards,
        writers: [named(writer)],
        operators: [named(operator)],
        receipts: [named(receipts)],
        skewMaxMs: 60_000,
      },
    });
    closing.add("ledger", () => ledger.close());
    const follower = new MemoryFollowerStore(this.#followerDisk);
    closing.add("follower's store", () => follower.close());
    const eventLog = new EmbeddedEventLog();
    closing.add("event log", () => eventLog.close());
    const callers = new MemoryCallerDirectory(this.#callers);
    for (const role of roles) {
      const scope = { programs: "*", participants: "*", holdersAct: true } as const;
      const name = role.toLowerCase();
      await callers.add(apiKeyHash(`sk_${name}`), { participantId: name, role, scope });
    }
    return {
      suite,
      clock,
      readiness: [],
      identity: this.#identity,
      cards: faults.on("store", new MemoryCardStore(this.#cards), {
        save: often,
        trim: often,
        read: seldom,
        addWalletCandidate: seldom,
        nextSeq: onlyDead,
        trimPoint: onlyDead,
      }),
      holders: faults.on("vault", new MemoryHolderVault(this.#holders), { identify: seldom }),
      batches: new MemoryBatchVault(this.#seeds),
      callers,
      eventLog: faults.onEventLog(eventLog, repeats),
      ledger: faults.on("ledger", ledger, {
        submit: often,
        blocks: seldom,
        checkpoint: seldom,
        head: onlyDead,
      }),
      policy: ledger.policy([log, receipts].map((signer) => noteSigner(suite.hash, signer).key)),
      follower: faults.on("follower", follower, { commit: seldom, putCheckpoint: seldom }),
      writer,
      operator,
      receipts,
      log,
    };
  }
}

const keyName = (name: string): string => (name === "log" ? chainId : `${chainId}/${name}`);
