import { readFileSync } from "node:fs";
import {
  CommittedModel,
  ReceiptSigner,
  Receipts,
  type FirstUse,
  type OperationPorts,
} from "@scrip/application";
import { openCardStore, type SharedCardStore } from "@scrip/card-store-redis";
import { participantId } from "@scrip/domain";
import { KafkaEventLog, type KafkaEventLogOptions } from "@scrip/event-log-kafka";
import { openHolderVault } from "@scrip/holder-vault-redis";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { remoteCommitted, remoteLedger } from "@scrip/ledger-http";
import { epochFirst } from "@scrip/ledger-state";
import type {
  BatchVault,
  CallerDirectory,
  EventLog,
  FollowerStore,
  HolderVault,
  LedgerReads,
  Outbox,
} from "@scrip/ports";
import {
  localApiKeys,
  localNameOf,
  type KnownCallers,
  type ReadinessCheck,
} from "@scrip/service-kit";
import { sha256Ed25519, type Signer } from "@scrip/signing";
import { keyFileSigner, SystemClock, SystemIdentity } from "@scrip/system";
import { openBatchVault, openCallerDirectory, openCallerReader } from "@scrip/vault-lmdb";
import { receiptOrigin, streamStart } from "@scrip/wire";
import { urlOf } from "./address.ts";
import { channelSecret, untilThere, whenChainIsThere } from "./others.ts";
import type { Process } from "./run-process.ts";
import type {
  CardStoreConfig,
  CommittedConfig,
  EventLogConfig,
  HolderVaultConfig,
  LedgerConfig,
  OperationsConfig,
  ProcessConfig,
  RedisConfig,
} from "./settings.ts";

/** What belongs to no service: time, chance, and the chain's algorithms. */
export const suite = sha256Ed25519;
export const clock = new SystemClock();
export const identity = new SystemIdentity();

type With<Config> = Process<ProcessConfig & Config>;

/** The card store that all processes share. @throws PortError NOT_OURS, UNAVAILABLE */
export async function openCards(given: With<CardStoreConfig>): Promise<SharedCardStore> {
  const { config, directory, closing } = given;
  const { chainId, shards } = directory.settings;
  const { scheme, hosts, database } = config.cardStore;
  const [first = { host: "", port: 0 }] = hosts;
  const options = {
    ...redisAccess(config, scheme),
    place: scheme.endsWith("-cluster")
      ? { kind: "CLUSTER" as const, nodes: hosts }
      : { kind: "SERVER" as const, ...first, database: database ?? 0 },
    chainId,
    shards,
    streamStart: (shard: number) => ({
      epoch: epochFirst,
      seq: 0,
      chain: streamStart(suite.hash, chainId, shard),
    }),
  };
  const cards = await untilThere("the card store", () => openCardStore(options));
  closing.add("card store", () => cards.close());
  return cards;
}

/** @throws PortError NOT_OURS, UNAVAILABLE */
export async function openHolders(given: With<HolderVaultConfig>): Promise<HolderVault> {
  const { config, directory, closing } = given;
  const { scheme, hosts, database } = config.holderVault;
  const [first = { host: "", port: 0 }] = hosts;
  const { chainId } = directory.settings;
  const access = redisAccess(config, scheme);
  const options = { ...access, ...first, database: database ?? 1, chainId };
  const holders = await untilThere("the holder vault", () => openHolderVault(options));
  closing.add("holder vault", () => holders.close());
  return holders;
}

/** @throws PortError NOT_OURS, UNAVAILABLE */
export async function openEvents(given: With<EventLogConfig>): Promise<EventLog> {
  const { config, directory, closing, logger, name } = given;
  const { chainId, shards } = directory.settings;
  const { eventLog, kafkaUsername: username, kafkaPassword: password, kafkaSasl } = config;
  const options: KafkaEventLogOptions = {
    brokers: eventLog.hosts.map(({ host, port }) => `${host}:${port}`),
    chainId,
    streams: shards + 1,
    clientId: `scrip-${name}`,
    replicas: config.kafkaReplicas,
    ...(eventLog.scheme === "kafkas" ? { tls: caOf(config.kafkaCaFile) } : {}),
    ...(kafkaSasl === "none" || username === null || password === null
      ? {}
      : { sasl: { mechanism: kafkaSasl, username, password } }),
    observer: {
      takeFailed: (shard, error) => logger.warn({ shard, err: error }, "could not take events"),
      foreign: (shard, offset, why) => logger.error({ shard, offset, why }, "not ours in the log"),
      lost: (shard, fromSeq, why) => logger.warn({ shard, fromSeq, why }, "asked for events again"),
      silent: (forMs) => logger.warn({ forMs }, "the consumer was silent and is replaced"),
      driver: (level, message) => logger[level]({ driver: message }, "event log"),
    },
    failed: (error) => {
      logger.fatal({ err: error }, "the event log's consumer ended: its process ends too");
      process.kill(process.pid, "SIGTERM");
    },
  };
  const log = await untilThere("the event log", () => KafkaEventLog.open(options));
  closing.add("event log", () => log.close());
  return log;
}

/** Whom API keys belong to, read beside issuance, which owns the directory. Waits until it has made it. */
export async function openCallers({ directory, closing }: Process): Promise<KnownCallers> {
  const options = { directory: directory.path("callers"), chainId: directory.settings.chainId };
  const callers = await untilThere("the caller directory", async () => openCallerReader(options));
  closing.add("caller directory", () => callers.close());
  return callers;
}

/** The caller directory, for the service that owns it; the first start makes one key for each role. */
export async function ownCallers({ directory, closing }: Process): Promise<CallerDirectory> {
  const { chainId } = directory.settings;
  const callers = openCallerDirectory({ directory: directory.path("callers"), chainId });
  closing.add("caller directory", () => callers.close());
  await localApiKeys(callers, directory.path("keys.json"));
  return callers;
}

/** The secrets of batches, for the service that owns them. */
export async function ownBatches({ directory, closing }: Process): Promise<BatchVault> {
  const { chainId } = directory.settings;
  const batches = await openBatchVault({ directory: directory.path("batches"), chainId });
  closing.add("batch vault", () => batches.close());
  return batches;
}

/** A verified copy of the ledger, for the service that keeps it. */
export function ownFollower({ directory, closing }: Process): FollowerStore {
  const { chainId } = directory.settings;
  const store = openFollowerStore({ directory: directory.path("follower"), chainId });
  closing.add("follower's store", () => store.close());
  return store;
}

/** The ledger of the chain-writer's process, to read. */
export function openLedger(given: With<LedgerConfig>): LedgerReads {
  const ledger = remoteLedger({ url: urlOf(given.config.ledger), ...channelKey(given) });
  given.closing.add("ledger", () => ledger.close());
  return ledger;
}

/** What is committed, as the query service says it. */
export async function openCommitted(given: With<CommittedConfig>, outbox: Outbox) {
  const { config, closing, logger } = given;
  const feed = remoteCommitted({ url: urlOf(config.committed), ...channelKey(given) });
  closing.add("news of what is committed", () => feed.close());
  const failed = (error: unknown): void =>
    logger.warn({ err: error }, "no news of what is committed, asking again");
  const model = new CommittedModel({ feed, outbox, clock, failed });
  model.start();
  closing.add("what is committed", () => model.stop());
  const readiness: ReadinessCheck = { name: "committed", check: async () => model.fault() };
  return { model, readiness };
}

/** All that a service which takes operations stands on. */
export async function openOperations(given: Process<OperationsConfig>) {
  const { directory, config } = given;
  await whenChainIsThere(directory);
  const cards = await openCards(given);
  const vault = await openHolders(given);
  const signer = await chainKey(given, "receipts.key", receiptOrigin(directory.settings.chainId));
  const { model, readiness } = await openCommitted(given, cards);
  const { hash } = suite;
  const ports: OperationPorts = {
    store: cards,
    vault,
    registry: model.registry,
    clock,
    identity,
    hash,
  };
  const receipts = new Receipts({
    signer: new ReceiptSigner({
      hash,
      logOrigin: directory.settings.chainId,
      signer,
      logWithinMs: config.logWithinMs,
    }),
    outbox: cards,
    hash,
  });
  const firstUse: FirstUse = {
    registers: config.registersOnFirstUse,
    operator: participantId(localNameOf("OPERATOR")),
  };
  return { ports, finality: model.finality, receipts, firstUse, model, readiness: [readiness] };
}

/** A key of the chain, which the chain-writer's process made when the chain began. @throws PortError NOT_OURS, CORRUPT */
export const chainKey = ({ directory }: Process, file: string, name: string): Promise<Signer> =>
  keyFileSigner(directory.path("keys", file), name, { mayMake: false });

/** What both ends of a channel between processes of this chain have to know. */
export const channelKey = ({ directory }: Process) => ({
  secret: channelSecret(directory),
  chainId: directory.settings.chainId,
});

function redisAccess(config: RedisConfig, scheme: string) {
  const { redisUsername: username, redisPassword: password } = config;
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(scheme.startsWith("rediss") ? { tls: caOf(config.redisCaFile) } : {}),
  };
}

const caOf = (file: string | null): { readonly ca?: string } =>
  file === null ? {} : { ca: readFileSync(file, "utf8") };
